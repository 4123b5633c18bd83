import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStackState, type StackState } from '../../src/core/config/stack-state.js';
import { createSilentLog } from '../../src/core/log.js';
import { createPool } from '../../src/core/postgres/create-pool.js';
import { endProcesses } from '../../src/dev/end-processes.js';
import { isSameProcess, readProcesses, type ProcessIdentity } from '../../src/dev/process-identity.js';
import { askForRestart, controlSocketOf } from '../../src/dev/stack-control.js';
import { readStackId } from '../../src/dev/state-folder.js';
import { runBinary, startBinary } from '../support/binary.js';
import { waitFor } from '../support/wait-for.js';

const UP_TIMEOUT_MS = 120_000;
let project: string;
/** Every server that any test here has seen, so that a failing test leaves none behind. */
const seen: ProcessIdentity[] = [];

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'ordersctl-up-'));
});
afterAll(async () => {
  await dev('reset', '--yes');
  await endProcesses(seen.filter(isSameProcess), 1_000);
  rmSync(project, { recursive: true, force: true });
});

const dev = (...args: string[]) => runBinary(['dev', ...args], { cwd: project, timeoutMs: UP_TIMEOUT_MS });
const up = () => dev('up', '-d', '--port-base', 'auto');

function stateNow(): StackState {
  const state = readStackState(project);
  if (!state) throw new Error('there is no state file');
  seen.push(...serversNow());
  return state;
}
const serversNow = () => readProcesses(join(project, '.ordersctl/processes.json'));

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function expectNothingLeft(servers: readonly ProcessIdentity[], state: StackState): Promise<void> {
  await waitFor(() => !servers.some(isSameProcess), { what: 'all servers to be gone', timeoutMs: 20_000 });
  for (const { port } of state.services) expect(await answers(port)).toBe(false);
}

describe('ordersctl dev', { timeout: 3 * UP_TIMEOUT_MS }, () => {
  it('up -d returns without holding the streams of its caller, with everything ready and migrated', async () => {
    // runBinary waits for the end of both streams: it would not return while the supervisor held one.
    const started = await up();
    expect(started).toMatchObject({ code: 0 });
    expect(started.stderr).toMatch(/^resolve {2}postgres {2}native: /m);
    expect(started.stderr).toMatch(/^ready {4}kafka {5}127\.0\.0\.1:\d+ {2}[\d.]+ s$/m);
    expect(started.stderr).toMatch(/^migrate /m);
    const state = stateNow();

    const status = await dev('status', '--json');
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({
      running: true,
      services: ['postgres', 'redis', 'kafka', 'temporal'].map((name) => ({
        name,
        mode: 'native',
        ready: true,
      })),
    });

    // Killed and started again by the process that runs the stack, on the same data and port.
    const socket = controlSocketOf(readStackId(project) ?? '');
    for (const service of ['redis', 'postgres'] as const) {
      const before = stateNow().services.find(({ name }) => name === service);
      await askForRestart(socket, service);
      const now = stateNow().services.find(({ name }) => name === service);
      expect(now?.port).toBe(before?.port);
      expect(now?.pid).not.toBe(before?.pid);
      expect(serversNow().map(({ pid }) => pid)).toContain(now?.pid);
    }
    expect(await dev('status', '--json')).toMatchObject({ code: 0 });

    const env = await dev('env');
    const names = env.stdout
      .trim()
      .split('\n')
      .map((line) => /^export (\w+)=\S+$/.exec(line)?.[1]);
    expect(names).toEqual([
      'DATABASE_URL',
      'REDIS_URL',
      'KAFKA_BROKERS',
      'TEMPORAL_ADDRESS',
      'ORDERSCTL_JWT_SECRET',
      'ORDERSCTL_PAYMENTS',
    ]);

    const again = await up();
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain('running already');
    expect(stateNow().supervisorPid).toBe(state.supervisorPid);

    expect(serversNow()).toHaveLength(4);
  });

  it('leaves nothing behind when its supervisor is killed, and goes on with the same data and secret, once', async () => {
    // On the stack of the test before, when that still runs.
    await up();
    const state = stateNow();
    const servers = serversNow();
    await query(state, 'create table kept ()');
    process.kill(state.supervisorPid, 'SIGKILL');
    await expectNothingLeft(servers, state);
    expect((await dev('status')).code).toBe(3);

    const restart = startBinary(['dev', 'up', '-d', '--port-base', 'auto'], { cwd: project });
    await waitFor(() => restart.stderr().includes('resolve'), {
      what: 'the start to begin',
      timeoutMs: UP_TIMEOUT_MS,
    });
    // A second start in the same folder while the first is under way.
    expect(await up()).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('another process') as unknown,
    });
    expect((await restart.exited).code).toBe(0);
    const next = stateNow();
    expect(next.env['ORDERSCTL_JWT_SECRET']).toBe(state.env['ORDERSCTL_JWT_SECRET']);
    await query(next, 'select from kept');
  });

  it('down ends every server and keeps data and secret; what needs a stack says that there is none', async () => {
    // On the stack of the test before, when that still runs.
    await up();
    const state = stateNow();
    const servers = serversNow();
    expect(await dev('down')).toMatchObject({ code: 0 });
    expect(readdirSync(join(project, '.ordersctl')).sort()).toEqual([
      '.gitignore',
      'data',
      'jwt-secret',
      'logs',
      'stack-id',
    ]);
    await expectNothingLeft(servers, state);
    expect((await dev('status')).code).toBe(3);
    expect((await dev('env')).code).toBe(5);
    expect((await dev('down')).code).toBe(0);
  });

  it('in the foreground ends everything on Ctrl-C and exits 0', async () => {
    await dev('down');
    const foreground = startBinary(['dev', 'up', '--port-base', 'auto'], { cwd: project });
    await waitFor(() => foreground.stdout().includes('temporal'), {
      what: 'the addresses',
      timeoutMs: UP_TIMEOUT_MS,
    });
    const state = stateNow();
    const servers = serversNow();
    const ended = await foreground.stop('SIGINT');
    expect(ended.code).toBe(0);
    await expectNothingLeft(servers, state);
  });

  it('interrupted while it starts, ends what it had started and exits 130', async () => {
    await dev('down');
    const foreground = startBinary(['dev', 'up', '--port-base', 'auto'], { cwd: project });
    const servers = await waitFor(() => (serversNow().length >= 2 ? serversNow() : undefined), {
      what: 'two servers',
      timeoutMs: UP_TIMEOUT_MS,
    });
    seen.push(...servers);
    expect((await foreground.stop('SIGINT')).code).toBe(130);
    expect(servers.some(isSameProcess)).toBe(false);
    expect(serversNow()).toEqual([]);
  });

  it('ends the start of a detached stack when the caller is gone before it is ready', async () => {
    await dev('down');
    const caller = startBinary(['dev', 'up', '-d', '--port-base', 'auto'], { cwd: project });
    const servers = await waitFor(() => (serversNow().length >= 2 ? serversNow() : undefined), {
      what: 'two servers',
      timeoutMs: UP_TIMEOUT_MS,
    });
    seen.push(...servers);
    await caller.stop('SIGKILL');
    await waitFor(() => serversNow().length === 0, { what: 'the supervisor to give up', timeoutMs: 30_000 });
    expect(servers.some(isSameProcess)).toBe(false);
    expect(await dev('down')).toMatchObject({ code: 0 });
  });

  it('shows the end of the log of a server that cannot start, exits 5 and ends the others', async () => {
    await dev('down');
    const broken = join(project, '.ordersctl/data/redis/appendonlydir/appendonly.aof.manifest');
    const whole = readFileSync(broken);
    writeFileSync(broken, 'nonsense\n');
    const failed = await up();
    writeFileSync(broken, whole);
    expect(failed.code).toBe(5);
    expect(failed.stderr).toContain('redis did not start: it ended with exit code 1');
    expect(failed.stderr).toMatch(/AOF manifest/i);
    expect(serversNow()).toEqual([]);
  });

  it('reset asks first, and then deletes everything', async () => {
    expect((await dev('reset')).code).toBe(4);
    expect((await dev('reset', '--dry-run')).code).toBe(0);
    expect(readdirSync(project)).toEqual(['.ordersctl']);
    expect((await dev('reset', '--yes')).code).toBe(0);
    expect(readdirSync(project)).toEqual([]);
  });
});

async function query(state: StackState, statement: string): Promise<void> {
  const url = state.env['DATABASE_URL'] ?? '';
  const pool = createPool({ url, applicationName: 'ordersctl-test', max: 1 }, createSilentLog());
  try {
    await pool.query(statement);
  } finally {
    await pool.end();
  }
}
