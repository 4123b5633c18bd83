import { describe, expect, it } from 'vitest';
import { inParallel } from '../../src/core/in-parallel.js';

describe('inParallel', () => {
  it('keeps the order of the results and the bound', async () => {
    let running = 0;
    let most = 0;
    const results = await inParallel([5, 1, 4, 2, 3], 2, async (item) => {
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
      running -= 1;
      return item * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('fails with the first failure and begins nothing after it', async () => {
    const begun: number[] = [];
    const work = inParallel([1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item);
      await Promise.resolve();
      if (item === 1) throw new Error('first');
    });
    await expect(work).rejects.toThrow('first');
    expect(begun.length).toBeLessThan(5);
  });

  it('throws once what was under way has ended', async () => {
    const ended: number[] = [];
    const work = inParallel([1, 2, 3, 4], 2, async (n) => {
      if (n === 1) throw new Error('first');
      await new Promise(setImmediate);
      ended.push(n);
    });
    await expect(work).rejects.toThrow('first');
    expect(ended).toEqual([2]);
  });
});
