import { describe, expect, it } from 'vitest';
import { createBackOff, pause } from '../../src/core/back-off.js';

describe('back-off', () => {
  it('doubles up to its maximum and begins again after a success', () => {
    const backOff = createBackOff({ firstMs: 100, maxMs: 500, random: () => 0.5 });
    expect([backOff.next(), backOff.next(), backOff.next(), backOff.next(), backOff.next()]).toEqual([
      100, 200, 400, 500, 500,
    ]);
    backOff.reset();
    expect(backOff.next()).toBe(100);
  });

  it('spreads the waits of several processes around the same middle', () => {
    const wait = (random: number) =>
      createBackOff({ firstMs: 1_000, maxMs: 1_000, random: () => random }).next();
    expect([wait(0), wait(1)]).toEqual([750, 1_250]);
  });

  it('ends a pause early when told to, and at once when told before', async () => {
    const controller = new AbortController();
    const paused = pause(60_000, controller.signal);
    controller.abort();
    await paused;
    await pause(60_000, controller.signal);
  });
});
