import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TopSnapshot } from '../../../src/cli/top/state/snapshot.js';
import { insertRoleStats } from '../../../src/core/postgres/insert-role-stats.js';
import { childEnvironment, REPOSITORY, runBinary, startBinary } from '../../support/binary.js';
import { createSpace, type Space } from '../../support/space.js';
import { waitFor } from '../../support/wait-for.js';

let space: Space;
const top = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runBinary(['top', ...args], { env: { ...space.environment, ...env } });
const parse = (line: string) => JSON.parse(line) as TopSnapshot;

beforeAll(async () => {
  space = await createSpace('top');
  await space.topics();
});
afterAll(() => space.close());

/** Three complete seconds of both replicas of a role, so that the rate is what each of them did, times two. */
async function twoReplicas(counts: Record<string, number>): Promise<void> {
  const now = Math.floor(Date.now() / 1_000);
  const rows = ['a', 'b'].flatMap((replica) =>
    Array.from({ length: 12 }, (_, back) => ({
      role: 'serve' as const,
      replica,
      productId: 'tee',
      second: new Date((now + 2 - back) * 1_000),
      counts,
      latency: { accept: { 8: 5 } },
    })),
  );
  await insertRoleStats(space.pool, rows);
}

describe('top without a terminal', () => {
  it('prints one frame and ends', async () => {
    const { code, stdout, stderr } = await top([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('sources   postgres 0s · redis 0s · kafka 0s · temporal 0s');
  });

  it('adds up the replicas and shows the units of each product', async () => {
    await runBinary(['seed-stock', '--product', 'tee', '--quantity', '40'], { env: space.environment });
    await twoReplicas({ accepted: 10, SOLD_OUT: 20, OVERLOADED: 1 });
    const { code, stdout } = await top(['--once', '--json']);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const snapshot = parse(stdout);
    expect(snapshot).toMatchObject({
      schemaVersion: 1,
      rates: { accepted: 20, refused: 40, shed: 2, refusedByCode: { SOLD_OUT: 40, OVERLOADED: 2 } },
      latency: { accept: { p50Ms: 8 } },
      pipeline: { outboxDepth: 0, kafkaLag: 0, temporalBacklog: 0, stuckOrders: 0 },
      sale: { state: 'OPEN', open: 1 },
      deadLetters: { stored: 0, undecided: 0 },
      products: [
        {
          productId: 'tee',
          sale: 'OPEN',
          stuckOrders: 0,
          secondsToZero: null,
          seeded: 40,
          available: 40,
          held: 0,
          sold: 0,
          redisAvailable: 40,
          conserved: true,
        },
      ],
    });
  });

  it('shows only the products that were named', async () => {
    const { stdout } = await top(['--once', '--json', '--product', 'nothing']);
    expect(parse(stdout)).toMatchObject({ products: [], rates: { accepted: 0 } });
  });

  it('prints a line per interval until it is interrupted, and then ends with 130', async () => {
    const running = startBinary(['top', '--json', '--interval', '500ms'], { env: space.environment });
    const lines = () =>
      running
        .stdout()
        .trimEnd()
        .split('\n')
        .filter((line) => line !== '');
    await waitFor(() => lines().length >= 3, { timeoutMs: 15_000, what: 'three lines' });
    const { code } = await running.stop('SIGINT');
    expect(code).toBe(130);
    const times = lines().map((line) => Date.parse(parse(line).at));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('ends by itself after as many lines as were asked for', async () => {
    const { code, stdout } = await top(['--json', '--interval', '500ms', '--count', '2']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n').map(parse);
    expect(lines).toHaveLength(2);
    // One statement for the clock, the seconds, all orders, the outbox and what is stuck.
    expect(lines[0]?.sources.postgres.calls).toBeGreaterThanOrEqual(5);
    for (const { calls, tookMs } of Object.values(lines[0]?.sources ?? {})) {
      expect(calls).toBeGreaterThan(0);
      expect(tookMs).toBeGreaterThan(0);
    }
    expect((await top(['--count', '2'])).code).toBe(2);
    expect((await top(['--json', '--once', '--count', '2'])).code).toBe(2);
  });

  it('ends quietly when its reader has gone', () => {
    const shell = `"$0" "$1" top --json --interval 500ms | head -1; echo "exit=\${PIPESTATUS[0]}"`;
    const binary = join(REPOSITORY, 'bin/ordersctl.js');
    const { stdout, stderr } = spawnSync('bash', ['-c', shell, process.execPath, binary], {
      ...{ env: childEnvironment(space.environment), encoding: 'utf8', timeout: 20_000 },
    });
    expect(stderr).toBe('');
    const [line = '', exit] = stdout.trimEnd().split('\n');
    expect(parse(line).schemaVersion).toBe(1);
    expect(exit).toBe('exit=0');
  });

  it('prints what the others say when a store is away, and ends with 5', async () => {
    const { code, stdout } = await top(['--once', '--json'], { REDIS_URL: 'redis://127.0.0.1:1' });
    expect(code).toBe(5);
    expect(parse(stdout)).toMatchObject({
      sources: { redis: { state: 'failing', code: 'UNAVAILABLE' }, kafka: { state: 'answered' } },
      products: [{ productId: 'tee', available: 40, redisAvailable: null }],
    });
  });

  it('names every address that is missing and ends with 2', async () => {
    const { code, stderr } = await runBinary(['top', '--once']);
    expect(code).toBe(2);
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'KAFKA_BROKERS', 'TEMPORAL_ADDRESS'])
      expect(stderr).toContain(name);
  });

  it.each([['10ms'], ['2h'], ['soon']])('refuses the interval %s with 2', async (interval) => {
    expect((await top(['--interval', interval])).code).toBe(2);
  });
});
