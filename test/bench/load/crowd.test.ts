import { describe, expect, it } from 'vitest';
import {
  MOST_UNITS,
  planCrowd,
  TRICKS,
  type Buyer,
  type CrowdOptions,
} from '../../../src/bench/load/crowd.js';

const options: CrowdOptions = {
  seed: 7,
  buyers: 20_000,
  rush: 4_000,
  rushMs: 1_000,
  durationMs: 10_000,
  rampMs: 2_000,
  products: [
    { productId: 'much', weight: 3 },
    { productId: 'little', weight: 1 },
  ],
  who: 'rehearsal-3f2a9c1e-',
  declinedPrefix: 'declined-',
  latePrefix: 'late-',
  shares: { abandon: 0.05, late: 0.02, cheat: 0.04 },
  tooLate: true,
};
const all = (given: CrowdOptions): Buyer[] => {
  const crowd = planCrowd(given);
  return Array.from({ length: crowd.size }, (_, number) => crowd.buyer(number));
};
const crowd = all(options);
const share = (check: (buyer: Buyer) => boolean) => crowd.filter(check).length / crowd.length;
const between = (from: number, to: number) => crowd.filter(({ atMs }) => atMs >= from && atMs < to).length;

describe('the crowd of a sale', () => {
  it('is the same for the same seed and another for another, whoever is asked for first', () => {
    expect(all(options)).toEqual(crowd);
    expect(all({ ...options, seed: 8 })).not.toEqual(crowd);
    expect(planCrowd(options).buyer(12_345)).toEqual(crowd[12_345]);
  });

  it('has every buyer once, in the order of their arrival, within the sale', () => {
    expect(new Set(crowd.map((buyer) => buyer.userId)).size).toBe(20_000);
    const times = crowd.map((buyer) => buyer.atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(0);
    expect(times.at(-1)).toBeLessThanOrEqual(10_000);
  });

  it('comes with the rush in the opening second, and then at a rate that rises and stays', () => {
    // 16,000 others over an area of 9 whole seconds: 1,778 in each, a quarter of that in the first.
    expect(between(0, 1_000)).toBeGreaterThan(4_000 + 350);
    expect(between(0, 1_000)).toBeLessThan(4_000 + 550);
    for (const from of [3_000, 5_000, 8_000]) {
      expect(between(from, from + 1_000)).toBeGreaterThan(1_600);
      expect(between(from, from + 1_000)).toBeLessThan(1_950);
    }
  });

  it('has buyers of every habit in about the share they should have', () => {
    const habit = (kind: Buyer['habit']['kind']) => share((buyer) => buyer.habit.kind === kind);
    expect(habit('abandons')).toBeCloseTo(0.05, 2);
    expect(habit('pays-late')).toBeCloseTo(0.02, 2);
    expect(habit('cheats')).toBeCloseTo(0.04, 2);
    expect(share((buyer) => buyer.userId.startsWith('declined-'))).toBeCloseTo(0.07, 1);
    expect(share((buyer) => buyer.productId === 'much')).toBeCloseTo(0.75, 1);
    const tricks = new Set(crowd.flatMap(({ habit: one }) => (one.kind === 'cheats' ? [one.trick] : [])));
    expect([...tricks].sort()).toEqual([...TRICKS].sort());
  });

  it('names those who pay by hand so that the gateway knows them, and nobody else', () => {
    for (const { userId, habit } of crowd)
      expect(userId.startsWith('late-')).toBe(habit.kind === 'pays-late');
  });

  it('is late in time only where nobody waits for the end of a deadline', () => {
    const late = (given: CrowdOptions) =>
      all(given).flatMap(({ habit }) => (habit.kind === 'pays-late' ? [habit.inTime] : []));
    expect(new Set(late(options)).size).toBe(2);
    expect(new Set(late({ ...options, tooLate: false }))).toEqual(new Set([true]));
  });

  it('wants no more than an honest buyer may have', () => {
    expect(Math.max(...crowd.map(({ quantity }) => quantity))).toBe(MOST_UNITS);
  });

  it('repeats and returns only with a key, since without one it would order twice', () => {
    const again = crowd.filter(
      ({ habit }) =>
        (habit.kind === 'buys' && habit.repeat !== 'never') || (habit.kind === 'abandons' && habit.returns),
    );
    expect(again.length).toBeGreaterThan(0);
    expect(again.filter(({ idempotencyKey }) => idempotencyKey === null)).toEqual([]);
  });
});
