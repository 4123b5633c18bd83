import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startService } from '../../src/dev/service-process.js';
import { own } from '../support/owned.js';
import { waitFor } from '../support/wait-for.js';

const PARENT = fileURLToPath(new URL('./parent.mjs', import.meta.url));

/** Pids of a process and all its descendants. */
function family(pid: number): number[] {
  const children = execFileSync('ps', ['-o', 'pid=,ppid=', '-A'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
  return [pid, ...children.flatMap(family)];
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function logFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ordersctl-service-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'log');
}

describe.each([
  { how: 'setpriv', setpriv: true },
  { how: 'leash', setpriv: false },
])('a server under $how', ({ how, setpriv }) => {
  const shell = (script: string) => ({
    command: '/bin/sh',
    args: ['-c', script],
    stopSignal: 'SIGTERM' as const,
  });

  it('ends when the process that started it is killed', async () => {
    const parent = spawn(process.execPath, [PARENT, how], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string];
    const disown = own('parent of a server and the server', () => {
      parent.kill('SIGKILL');
      process.kill(Number(line), 'SIGKILL');
    });
    const pids = await waitFor(() => execFamily(Number(line)), { what: 'the server to run' });
    parent.kill('SIGKILL');
    await waitFor(() => pids.every((pid) => !runs(pid)), { what: `pids ${pids.join(', ')} to be gone` });
    disown();
  });

  it('is told to end in its own way, and its output is in the log', async () => {
    const path = logFile();
    const server = startService(
      shell(`trap 'echo bye; exit 7' TERM; echo hello; while :; do sleep 0.05; done`),
      {
        logFile: path,
        env: process.env,
        setpriv,
      },
    );
    await waitFor(() => readFileSync(path, 'utf8').includes('hello'), { what: 'the first line' });
    await server.stop(false);
    expect(await server.ended).toBe('ended with exit code 7');
    expect(readFileSync(path, 'utf8')).toBe('hello\nbye\n');
  });

  it('is killed with all its children when it need not be kept', async () => {
    const server = startService(shell(`trap '' TERM; sleep 600 & wait; sleep 600`), {
      logFile: logFile(),
      env: process.env,
      setpriv,
    });
    const pids = await waitFor(() => execFamily(server.pid), { what: 'the child to run' });
    await server.stop(true);
    expect(server.hasEnded()).toBe(true);
    await waitFor(() => pids.every((pid) => !runs(pid)), { what: `pids ${pids.join(', ')} to be gone` });
  });

  it('gets nothing of the caller that could change it', async () => {
    const path = logFile();
    const env = { ...process.env, PGPORT: '1', JAVA_TOOL_OPTIONS: '-Xmx1m', DATABASE_URL: 'x' };
    const server = startService(shell('env'), { logFile: path, env, setpriv });
    expect(await server.ended).toBe('ended with exit code 0');
    expect(readFileSync(path, 'utf8')).not.toMatch(/PGPORT|JAVA_TOOL_OPTIONS|DATABASE_URL/);
  });

  it('that cannot be started says so', async () => {
    const launch = { command: '/no/such/server', args: [], stopSignal: 'SIGTERM' as const };
    const server = startService(launch, { logFile: logFile(), env: process.env, setpriv });
    expect(await server.ended).toMatch(/^ended with exit code 12[67]$/);
  });
});

/** The family once `sleep`, the innermost process, is among it. */
function execFamily(pid: number): number[] | undefined {
  const pids = family(pid);
  const names = pids.map((one) => readFileSync(`/proc/${one}/comm`, 'utf8').trim());
  return names.includes('sleep') ? pids : undefined;
}
