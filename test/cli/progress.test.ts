import { expect, it } from 'vitest';
import { progressText } from '../../src/cli/progress.js';

const run = { doing: 'replay', what: 'orders', total: 5_000 };

it('tells how many are done, how fast, and how long the rest takes', () => {
  expect(progressText(run, 1_200, 5_000)).toBe('replay  1,200 of 5,000 orders, 240/s, 15s left');
  expect(progressText(run, 6, 2_000)).toBe('replay  6 of 5,000 orders, 3.0/s, 27m44s left');
});

it('promises nothing before the first is done, and no rest without a total', () => {
  expect(progressText(run, 0, 5_000)).toBe('replay  0 of 5,000 orders, 0.0/s');
  expect(progressText({ doing: 'looking at', what: 'orders' }, 12_000, 5_000)).toBe(
    'looking at  12,000 orders',
  );
});
