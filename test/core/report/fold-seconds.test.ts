import { expect, it } from 'vitest';
import type { OrderSecond } from '../../../src/core/postgres/report/walk-order-seconds.js';
import { createSecondsFold } from '../../../src/core/report/fold-seconds.js';
import { divide } from '../../../src/core/report/stretches.js';

const SINCE = new Date('2026-11-27T09:00:00Z');
const at = (second: number) => new Date(SINCE.getTime() + second * 1_000);

function row(second: number, productId: string, figures: Partial<OrderSecond>): OrderSecond {
  const nothing = {
    accepted: 0,
    claimedUnits: 0,
    releasedUnits: 0,
    confirmed: 0,
    confirmedUnits: 0,
    seededUnits: 0,
  };
  return { second: at(second), productId, ...nothing, lastClaimAt: null, ...figures };
}

function fold(rows: readonly OrderSecond[], unitsBefore: Readonly<Record<string, number>>) {
  const folded = createSecondsFold({
    ...{ since: SINCE, stretchSeconds: 10, stretchCount: 3 },
    unitsBefore: new Map(Object.entries(unitsBefore)),
  });
  for (const one of rows) folded.add([one]);
  return folded;
}

it('is sold out when the last unit is claimed, whatever is given back afterwards', () => {
  const claim = (second: number, units: number) =>
    row(second, 'tee', { accepted: units, claimedUnits: units, lastClaimAt: at(second) });
  const { paceOf } = fold(
    [
      row(-60, 'tee', { seededUnits: 5 }),
      claim(1, 3),
      row(2, 'tee', { seededUnits: 1 }),
      claim(3, 3),
      row(9, 'tee', { releasedUnits: 1 }),
      claim(12, 1),
    ],
    { tee: 0 },
  );
  expect(paceOf('tee').soldOutAt).toEqual(at(3));
  expect(paceOf('').soldOutAt).toEqual(at(3));
});

it('is not sold out by units taken away, nor all together while one product has some', () => {
  const { paceOf } = fold(
    [
      row(1, 'mug', { accepted: 1, claimedUnits: 1, lastClaimAt: at(1) }),
      row(2, 'tee', { seededUnits: -1 }),
      row(3, 'cap', { accepted: 1, claimedUnits: 1, lastClaimAt: at(3) }),
    ],
    { mug: 1, tee: 1, cap: 2 },
  );
  expect(paceOf('mug').soldOutAt).toEqual(at(1));
  expect(paceOf('tee').soldOutAt).toBeNull();
  expect(paceOf('').soldOutAt).toBeNull();
});

it('finds the busiest second of each product and of all, and adds seconds up to stretches', () => {
  const { paceOf, stretches } = fold(
    [
      row(0, 'mug', { accepted: 4, confirmed: 1 }),
      row(0, 'tee', { accepted: 5 }),
      row(9, 'tee', { accepted: 7, confirmed: 2 }),
      row(10, 'tee', { confirmed: 8 }),
      row(500, 'tee', { confirmed: 1 }),
    ],
    { mug: 10, tee: 100 },
  );
  expect(paceOf('')).toMatchObject({ peakOrders: 9, peakSales: 8, lastSaleAt: at(500) });
  expect(paceOf('mug')).toMatchObject({ peakOrders: 4, peakSales: 1, lastSaleAt: at(0) });
  expect([...stretches]).toEqual([
    [0, { accepted: 16, confirmed: 3 }],
    [1, { accepted: 0, confirmed: 8 }],
  ]);
});

it.each([
  [0, 1, 1],
  [3, 1, 4],
  [239, 1, 240],
  [900, 5, 181],
  [86_400, 600, 145],
  [365 * 86_400, 2 * 86_400, 183],
])('divides %d seconds into stretches of %d, %d of them', (seconds, stretchSeconds, count) => {
  expect(divide(SINCE, at(seconds))).toEqual({ from: SINCE, stretchSeconds, count });
});
