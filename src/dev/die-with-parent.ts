/** Makes a child end when the process that started it is gone, even by SIGKILL, without native code. */
import type { Machine } from './machine.js';
import type { Launch } from './service.js';

/** util-linux; on every Debian. */
export const DIE_WITH_PARENT_PROGRAM = 'setpriv';

export interface Wrapped {
  readonly command: string;
  readonly args: readonly string[];
  /** The child ends when the parent's end of a pipe on file descriptor 3 is closed. */
  readonly leash: boolean;
}

/** True when the kernel can signal the child for us. Asks for help text, because busybox has a lesser setpriv. */
export async function hasSetpriv(machine: Machine): Promise<boolean> {
  if (machine.platform !== 'linux') return false;
  const { stdout } = await machine.run(DIE_WITH_PARENT_PROGRAM, ['--help'], { timeoutMs: 5_000 });
  return stdout.includes('--pdeathsig');
}

/**
 * With setpriv the kernel sends `stopSignal` when the parent dies; the child must be spawned from the main thread,
 * whose death is what counts. Without it a shell keeps a pipe to us and passes on that we are gone.
 */
export function dieWithParent(launch: Launch, setpriv: boolean): Wrapped {
  if (setpriv) {
    const user = launch.asUser;
    const identity = user === undefined ? [] : ['--reuid', user, '--regid', user, '--init-groups'];
    return {
      command: DIE_WITH_PARENT_PROGRAM,
      args: [...identity, '--pdeathsig', launch.stopSignal, '--', launch.command, ...launch.args],
      leash: false,
    };
  }
  return {
    command: '/bin/sh',
    args: ['-c', LEASH, launch.stopSignal.slice('SIG'.length), launch.command, ...launch.args],
    leash: true,
  };
}

/** $0 is the signal; `read` returns when the pipe is closed. */
const LEASH = `
"$@" 3<&- &
child=$!
{ read -r _ <&3; kill -s "$0" "$child"; } 2>/dev/null &
holder=$!
exec 3<&-
wait "$child"
code=$?
kill "$holder" 2>/dev/null
exit "$code"
`;
