import { afterEach, describe, expect, it } from 'vitest';
import { createLoopDelay, meanWaitMs, type LoopDelay } from '../../../src/server/accept/loop-delay.js';
import { waitFor } from '../../support/wait-for.js';

describe('the delay of the event loop', () => {
  let delay: LoopDelay | undefined;
  afterEach(() => delay?.stop());

  it('is noticed when the loop stands still, and over when it turns again', async () => {
    delay = createLoopDelay(100);
    const ms = () => delay?.ms() ?? 0;
    await waitFor(
      () => {
        for (const until = performance.now() + 150; performance.now() < until; );
        return ms() > 40;
      },
      { what: 'the delay to show' },
    );
    await waitFor(() => ms() < 40, { what: 'the delay to be over' });
  });

  it('weighs a turn by its length, as those who wait for it do', () => {
    // 90 turns of 10 ms and one of a second.
    const turns = [...Array.from({ length: 90 }, () => 10), 1_000];
    const mean = turns.reduce((sum, turn) => sum + turn, 0) / turns.length;
    const variance = turns.reduce((sum, turn) => sum + (turn - mean) ** 2, 0) / turns.length;
    expect(mean).toBeLessThan(25);
    expect(meanWaitMs(mean, Math.sqrt(variance))).toBeGreaterThan(250);
    expect(meanWaitMs(10, 0)).toBe(0);
    expect(meanWaitMs(0, 0)).toBe(0);
  });
});
