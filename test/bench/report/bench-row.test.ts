import { expect, it } from 'vitest';
import { median, toRow } from '../../../src/bench/report/bench-row.js';
import { ratios } from '../../../src/bench/report/in-turns.js';

it('compares within each round, so that a slow round slows both', () => {
  const rates = { accept: [1_000, 500, 2_000], express: [1_000, 1_000, 1_000] };
  expect(ratios(rates, 'accept', 'express')).toEqual([1, 0.5, 2]);
});

it('takes the median, and the mean of the middle two of an even number', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 2, 4, 100])).toBe(3);
});

it('tells whether a target was met', () => {
  expect(toRow('P1', 'what', 'ratio', [0.9, 1.2, 1.0], { atLeast: 1 })).toMatchObject({
    value: 1,
    met: true,
  });
  expect(toRow('P4 p99', 'what', 'ms', [18.01], { atMost: 18 })).toMatchObject({ met: false });
});
