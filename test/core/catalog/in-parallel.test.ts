import { expect, it } from 'vitest';
import { inParallel } from '../../../src/core/catalog/in-parallel.js';

it('keeps the order of results and never exceeds its width', async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([5, 3, 1, 4, 2], 2, async (n) => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < n; turn += 1) await Promise.resolve();
    running -= 1;
    return n * 10;
  });
  expect(results).toEqual([50, 30, 10, 40, 20]);
  expect(most).toBe(2);
});

it('begins nothing after a failure, and throws it once what was under way has ended', async () => {
  const ended: number[] = [];
  const work = inParallel([1, 2, 3, 4], 2, async (n) => {
    if (n === 1) throw new Error('first');
    await new Promise(setImmediate);
    ended.push(n);
  });
  await expect(work).rejects.toThrow('first');
  expect(ended).toEqual([2]);
});
