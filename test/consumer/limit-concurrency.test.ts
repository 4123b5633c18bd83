import { describe, expect, it } from 'vitest';
import { createLimit, runAll } from '../../src/consumer/limit-concurrency.js';

describe('the limit of starts in flight', () => {
  it('holds over all who share it, and lets everything run', async () => {
    const limit = createLimit(4);
    let running = 0;
    let most = 0;
    let done = 0;
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      done += 1;
    };
    const items = Array.from({ length: 50 }, (_, index) => index);
    await Promise.all([runAll(limit, items, work), runAll(limit, items, work)]);
    expect(most).toBe(4);
    expect(done).toBe(100);
  });

  it('begins nothing more after a failure and waits for what is in flight before it says so', async () => {
    const limit = createLimit(2);
    let begun = 0;
    let ended = 0;
    const failure = runAll(limit, [1, 2, 3, 4, 5, 6], async (item) => {
      begun += 1;
      await new Promise((resolve) => setImmediate(resolve));
      ended += 1;
      if (item === 1) throw new Error('away');
    });
    await expect(failure).rejects.toThrow('away');
    expect(ended).toBe(begun);
    expect(begun).toBeLessThan(6);
  });

  it('gives its place back after a failure', async () => {
    const limit = createLimit(1);
    await expect(limit.run(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    await expect(limit.run(() => Promise.resolve('next'))).resolves.toBe('next');
  });
});
