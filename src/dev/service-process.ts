/** One running server: started in a session of its own, writing to its log file, ended in an orderly way or killed. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { processStartTime } from '../core/config/stack-state.js';
import { dieWithParent } from './die-with-parent.js';
import { giveWay } from './give-way.js';
import type { Launch } from './service.js';

export interface ServiceProcess {
  readonly pid: number;
  /** With the pid names the process for good; empty where the system does not tell. */
  readonly startTime: string;
  /** How it ended, in words; resolves once, never rejects. */
  readonly ended: Promise<string>;
  readonly hasEnded: () => boolean;
  /**
   * Asks it to end and kills it when it has not after a while. In haste it is killed at once, unless that leaves
   * traces. Resolves when it is gone.
   */
  stop(inHaste: boolean): Promise<void>;
  /** SIGKILL, whatever traces that leaves: for who starts it again. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** Kafka needs a second or two to close its logs. */
const STOP_GRACE_MS = 15_000;
/** Only what a server needs: a developer's PGPORT or JAVA_TOOL_OPTIONS must not change our servers. */
const INHERITED = /^(PATH|HOME|TMPDIR|JAVA_HOME|DOCKER_.*|XDG_.*)$/;

/** @param setpriv from `hasSetpriv` */
export function startService(
  launch: Launch,
  options: { logFile: string; env: Readonly<Record<string, string | undefined>>; setpriv: boolean },
): ServiceProcess {
  const { command, args, leash } = dieWithParent(launch, options.setpriv);
  const log = openSync(options.logFile, 'a');
  const inherited = Object.fromEntries(Object.entries(options.env).filter(([name]) => INHERITED.test(name)));
  // Detached: a Ctrl-C in the terminal is for us to pass on, not for the servers to see.
  const child = spawn(command, [...args], {
    cwd: '/',
    detached: true,
    env: { ...inherited, LC_ALL: 'C', ...launch.env },
    stdio: ['ignore', log, log, leash ? 'pipe' : 'ignore'],
  });
  closeSync(log);
  const rope = leash ? child.stdio[3] : undefined;
  rope?.on('error', () => undefined);
  let gone = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) =>
      resolve(signal ? `ended by ${signal}` : `ended with exit code ${code ?? '?'}`),
    );
  });
  void ended.then(() => {
    gone = true;
  });
  const pid = child.pid ?? -1;
  if (launch.inBackground && pid > 0) giveWay(pid);

  function signalGroup(signal: NodeJS.Signals): void {
    try {
      if (pid > 0) process.kill(-pid, signal);
    } catch {
      // It ended meanwhile.
    }
  }

  return {
    pid,
    startTime: processStartTime(pid) ?? '',
    ended,
    hasEnded: () => gone,
    async stop(inHaste) {
      if (gone) return;
      if (inHaste && !launch.leavesTraces) signalGroup('SIGKILL');
      else if (rope) rope.destroy();
      else child.kill(launch.stopSignal);
      const killer = setTimeout(() => signalGroup('SIGKILL'), STOP_GRACE_MS);
      await ended;
      clearTimeout(killer);
    },
    async kill() {
      signalGroup('SIGKILL');
      await ended;
    },
  };
}
