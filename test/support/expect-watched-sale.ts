/** What must hold for a sale that `top` has watched: its lines against the stores, its sums against the totals. */
import { expect } from 'vitest';
import { sumRoleStats } from '../../src/core/postgres/sum-role-stats.js';
import { findDeviations, readSaleTruth, shownTotals, trueTotals, type SaleTruth } from './sale-truth.js';
import type { WatchedSale, WatchedShop } from './watched-sale.js';

const INTERVAL_MS = 1_000;
/** A machine that is busy with something else may keep a poll, or a role that counts, from its turn. */
const LATE_SHARE = 0.05;
/** Of a total: seconds that came to a line's window late. */
const SUM_SHARE = 0.05;

/** @returns the truth, for more */
export async function expectWatchedSale(
  { space }: Pick<WatchedShop, 'space'>,
  { lines, lag, tally }: WatchedSale,
): Promise<SaleTruth> {
  const truth = await readSaleTruth(space.pool);
  const totals = trueTotals(truth);
  expect(totals.accepted).toBe(tally.accepted.length);
  expect(totals.failed).toBeGreaterThan(0);

  // Every second of every replica, added up, is exactly what happened.
  const counted = await countedTotals(space);
  expect(counted).toMatchObject(totals);

  const { compared, deviations } = findDeviations(lines, truth, lag, INTERVAL_MS);
  expect(compared).toBeGreaterThan(lines.length * 10);
  expect(deviations.length, describe(deviations)).toBeLessThanOrEqual(compared * LATE_SHARE);
  const far = findDeviations(lines, truth, lag, 3 * INTERVAL_MS).deviations;
  expect(far, describe(far)).toEqual([]);

  const shown = shownTotals(lines);
  for (const [name, total] of Object.entries(totals)) {
    const off = Math.abs(shown[name as keyof typeof shown] - total);
    expect(off, `${name}: ${shown[name as keyof typeof shown]} of ${total}`).toBeLessThanOrEqual(
      Math.max(1, total * SUM_SHARE),
    );
  }
  return truth;
}

async function countedTotals(space: WatchedShop['space']): Promise<Record<string, number>> {
  const totals: Record<string, number> = {};
  for (const { counts } of await sumRoleStats(space.pool, { sinceSeconds: 3_600 })) {
    for (const [code, count] of Object.entries(counts)) totals[code] = (totals[code] ?? 0) + count;
  }
  return totals;
}

function describe(deviations: readonly object[]): string {
  return deviations
    .slice(0, 20)
    .map((one) => JSON.stringify(one))
    .join('\n');
}
