import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSilentLog } from '../../../src/core/log.js';
import type { Db } from '../../../src/core/postgres/db.js';
import { createRoleStats, type StatsMirror } from '../../../src/core/stats/role-stats.js';
import { createSpace, type Space } from '../../support/space.js';

interface Row {
  product_id: string;
  second: Date;
  counts: Record<string, number>;
  latency: Record<string, Record<string, number>>;
}

describe('role stats', () => {
  let space: Space;
  let now: number;
  let replica = 0;

  beforeAll(async () => {
    space = await createSpace('role-stats');
  });
  afterAll(() => space.close());
  beforeEach(() => {
    replica += 1;
    now = Date.parse('2030-01-01T12:00:00.100Z');
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const create = (pool: Db = space.pool, mirror?: StatsMirror) =>
    createRoleStats({
      pool,
      role: 'consume',
      replica: String(replica),
      log: createSilentLog(),
      now: () => now,
      ...(mirror && { mirror }),
    });
  const written = async (): Promise<Row[]> => {
    const { rows } = await space.pool.query<Row>(
      `select product_id, second, counts, latency from role_stats where replica = $1 order by second, product_id`,
      [String(replica)],
    );
    return rows;
  };

  it('writes one row for each second and product in which something happened', async () => {
    const stats = create();
    stats.count('published', 'tee', 3);
    stats.count('published', 'tee');
    stats.count('dead_lettered');
    now += 2_000;
    stats.count('started', 'tee');
    stats.observe('start', 47, 'tee');
    stats.observe('start', 48, 'tee');
    await stats.stop();
    expect(await written()).toEqual([
      { product_id: '', second: new Date('2030-01-01T12:00:00Z'), counts: { dead_lettered: 1 }, latency: {} },
      { product_id: 'tee', second: new Date('2030-01-01T12:00:00Z'), counts: { published: 4 }, latency: {} },
      {
        product_id: 'tee',
        second: new Date('2030-01-01T12:00:02Z'),
        counts: { started: 1 },
        latency: { start: { '50': 2 } },
      },
    ]);
  });

  it('gives a sign of life every ten seconds while nothing happens, and makes one statement a second while it does', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const query = vi.fn(() => Promise.resolve({ rows: [], rowCount: 0 }));
    const stats = create({ query });
    stats.start();
    const second = async () => {
      // The tick comes shortly after the turn of the second.
      now += 920;
      await vi.advanceTimersByTimeAsync(920);
      now += 80;
      await vi.advanceTimersByTimeAsync(80);
    };
    for (let seconds = 0; seconds < 9; seconds += 1) await second();
    expect(query).toHaveBeenCalledOnce();
    await second();
    await second();
    expect(query).toHaveBeenCalledTimes(2);
    query.mockClear();
    for (let product = 0; product < 50; product += 1) stats.count('published', `p-${product}`);
    await second();
    await second();
    expect(query).toHaveBeenCalledOnce();
    await stats.stop();
    expect(query).toHaveBeenCalledOnce();
  });

  it('writes a second as soon as it is over, and not before: a replica that is killed loses no other', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const seconds: unknown[] = [];
    const query: Db['query'] = (statement) => {
      const { values } = statement as { values: readonly unknown[][] };
      seconds.push(...(values[3] ?? []));
      return Promise.resolve({ rows: [], rowCount: 0 });
    };
    const stats = create({ query });
    stats.start();
    stats.count('started', 'tee');
    now += 890;
    await vi.advanceTimersByTimeAsync(890);
    expect(seconds).toEqual([]);
    now += 20;
    await vi.advanceTimersByTimeAsync(20);
    expect(seconds.at(-1)).toEqual(new Date('2030-01-01T12:00:00Z'));
    await stats.stop();
  });

  it('keeps figures while Postgres is away, up to a bound, and never fails its callers', async () => {
    let away = true;
    let refused = 0;
    const stats = create({
      query: (...args) => {
        if (!away) return space.pool.query(...args);
        refused += 1;
        return Promise.reject(new Error('away'));
      },
    });
    stats.count('started', 'tee');
    await stats.stop();
    expect(refused).toBe(1);
    for (let second = 0; second < 3_000; second += 1) {
      now += 1_000;
      stats.count('started', 'tee');
    }
    away = false;
    await stats.stop();
    const rows = await written();
    expect(rows).toHaveLength(2_000);
    expect(rows.at(-1)?.second).toEqual(new Date(Math.floor(now / 1_000) * 1_000));
  });

  it('counts a flood of product ids without a product instead of keeping them all', async () => {
    const stats = create();
    for (let product = 0; product < 1_000; product += 1)
      stats.count('PRODUCT_NOT_FOUND', `made-up-${product}`);
    await stats.stop();
    const rows = await written();
    expect(rows.length).toBeLessThanOrEqual(201);
    expect(rows.reduce((sum, row) => sum + (row.counts['PRODUCT_NOT_FOUND'] ?? 0), 0)).toBe(1_000);
  });

  it('gives its mirror every figure', async () => {
    const seen: string[] = [];
    const stats = create(space.pool, {
      count: (code, n) => void seen.push(`${code} ${n}`),
      observe: (measure, ms) => void seen.push(`${measure} ${ms}`),
    });
    stats.count('started', 'tee', 2);
    stats.observe('start', 12);
    await stats.stop();
    expect(seen).toEqual(['started 2', 'start 12']);
  });
});
