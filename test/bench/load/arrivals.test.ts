import { expect, it } from 'vitest';
import { letThemCome } from '../../../src/bench/load/arrivals.js';
import { createRandom } from '../../../src/bench/load/random.js';

it('lets about as many come as the rate says, each told the moment it was due', async () => {
  const due: number[] = [];
  const options = { ratePerSecond: 1_000, durationMs: 300, random: createRandom(7), isOver: () => false };
  const startedAt = performance.now();
  await letThemCome(options, (dueAt) => due.push(dueAt));
  expect(due.length).toBeGreaterThan(200);
  expect(due.length).toBeLessThan(400);
  expect(due).toEqual(due.toSorted((a, b) => a - b));
  expect(due.at(-1)).toBeLessThan(startedAt + 310);
});

it('ends early when it is over', async () => {
  let came = 0;
  const isOver = () => came >= 5;
  await letThemCome({ ratePerSecond: 100, durationMs: 60_000, random: createRandom(7), isOver }, () => {
    came += 1;
  });
  expect(came).toBeGreaterThanOrEqual(5);
  expect(came).toBeLessThan(20);
});
