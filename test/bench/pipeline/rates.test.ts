import { expect, it } from 'vitest';
import { startRate, throughRate } from '../../../src/bench/pipeline/rates.js';

const at = (startedAt: number, closedAt: number | null = null) => ({ workflowId: 'w', startedAt, closedAt });

it('counts starts between the ramp-up and the stragglers, in whatever order they are told', () => {
  // A hundred, 10 ms apart, after a slow beginning and before a late straggler.
  const steady = Array.from({ length: 100 }, (_, n) => at(5_000 + n * 10));
  const told = [at(60_000), ...steady.toReversed(), at(0)];
  expect(startRate(told)).toBeCloseTo(100, 5);
});

it('counts no start from before the last order was placed', () => {
  const slow = Array.from({ length: 50 }, (_, n) => at(n * 100));
  const fast = Array.from({ length: 150 }, (_, n) => at(5_000 + n * 10));
  expect(startRate([...slow, ...fast])).toBeLessThan(80);
  expect(startRate([...slow, ...fast], 5_000)).toBeCloseTo(100, 5);
});

it('counts workflows from the first start to the last close', () => {
  expect(throughRate([at(1_000, 1_500), at(1_100, 3_000), at(1_200, 1_300)])).toBeCloseTo(1.5, 5);
});

it('gives no rate for workflows that still run', () => {
  expect(throughRate([at(1_000, 1_500), at(1_100)])).toBeNaN();
});
