import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { insertRoleStats, type RoleStatsRow } from '../../../src/core/postgres/insert-role-stats.js';
import { pruneRoleStats } from '../../../src/core/postgres/prune-role-stats.js';
import { sumRoleStats } from '../../../src/core/postgres/sum-role-stats.js';
import { createSpace, type Space } from '../../support/space.js';

let space: Space;
beforeAll(async () => {
  space = await createSpace('stats');
});
beforeEach(async () => {
  await space.pool.query('truncate role_stats');
});
afterAll(async () => {
  await space.close();
});

/** Fixed once, so that a test that runs across a full second still means the same one. */
const NOW_MS = Math.floor(Date.now() / 1_000) * 1_000;
const second = (ago: number) => new Date(NOW_MS - ago * 1_000);
const row = (overrides: Partial<RoleStatsRow>): RoleStatsRow => ({
  role: 'serve',
  replica: 'a:1',
  productId: 'p',
  second: second(5),
  counts: { accepted: 1 },
  latency: {},
  ...overrides,
});

it('adds up replicas and products of the same second and role', async () => {
  const at = second(5);
  await insertRoleStats(space.pool, [
    row({ second: at, counts: { accepted: 10, SOLD_OUT: 1 }, latency: { accept: { '8': 3, '10': 1 } } }),
    row({
      second: at,
      replica: 'b:1',
      counts: { accepted: 5 },
      latency: { accept: { '8': 2 }, wait: { '1': 1 } },
    }),
    row({ second: at, productId: 'q', counts: { accepted: 2 } }),
    row({ second: at, productId: '', counts: { invalid: 4 } }),
    row({ second: at, role: 'worker', counts: { confirmed: 7 } }),
    row({ second: second(6), counts: { accepted: 100 } }),
  ]);
  expect(await sumRoleStats(space.pool, { sinceSeconds: 60 })).toEqual([
    { second: second(6), role: 'serve', counts: { accepted: 100 }, latency: {} },
    {
      second: at,
      role: 'serve',
      counts: { accepted: 17, SOLD_OUT: 1, invalid: 4 },
      latency: { accept: { '8': 5, '10': 1 }, wait: { '1': 1 } },
    },
    { second: at, role: 'worker', counts: { confirmed: 7 }, latency: {} },
  ]);
  expect(await sumRoleStats(space.pool, { sinceSeconds: 60, productId: 'q' })).toMatchObject([
    { role: 'serve', counts: { accepted: 2 } },
  ]);
});

it('counts a row once however often it is written', async () => {
  const rows = [row({ counts: { accepted: 3 } })];
  await insertRoleStats(space.pool, rows);
  await insertRoleStats(space.pool, rows);
  expect(await sumRoleStats(space.pool, { sinceSeconds: 60 })).toMatchObject([{ counts: { accepted: 3 } }]);
});

it('looks back only as far as asked', async () => {
  await insertRoleStats(space.pool, [row({ second: second(100) }), row({ second: second(3) })]);
  expect(await sumRoleStats(space.pool, { sinceSeconds: 60 })).toHaveLength(1);
});

it('forgets old seconds a bounded number at a time', async () => {
  await insertRoleStats(
    space.pool,
    Array.from({ length: 10 }, (_, index) => row({ second: second(100 + index) })),
  );
  await insertRoleStats(space.pool, [row({ second: second(1) })]);
  expect(await pruneRoleStats(space.pool, { olderThanSeconds: 60, limit: 6 })).toBe(6);
  expect(await pruneRoleStats(space.pool, { olderThanSeconds: 60, limit: 6 })).toBe(4);
  expect(await pruneRoleStats(space.pool, { olderThanSeconds: 60, limit: 6 })).toBe(0);
  expect(await sumRoleStats(space.pool, { sinceSeconds: 600 })).toHaveLength(1);
});
