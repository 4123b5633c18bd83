import { describe, expect, it } from 'vitest';
import { createTally } from '../../../src/bench/load/tally.js';
import type { KillPoint } from '../../../src/bench/rehearse/names.js';
import { strikeAll, type Blows } from '../../../src/bench/rehearse/strike.js';

const blows = (more: Partial<Blows>): Blows => ({
  points: [],
  strike: () => Promise.resolve(),
  tally: createTally(),
  units: 10,
  durationMs: 100,
  signal: new AbortController().signal,
  onKill: () => undefined,
  ...more,
});

describe('the blows of a rehearsal', () => {
  it('come one after another, each when the one before is back', async () => {
    const seen: string[] = [];
    const strike = async (point: KillPoint) => {
      seen.push(`${point} falls`);
      await new Promise((resolve) => setTimeout(resolve, 80));
      seen.push(`${point} is back`);
    };
    const kills = await strikeAll(blows({ points: ['serve', 'redis', 'kafka'], strike }));
    expect(seen).toEqual([
      'serve falls',
      'serve is back',
      'redis falls',
      'redis is back',
      'kafka falls',
      'kafka is back',
    ]);
    expect(kills.map(({ point }) => point)).toEqual(['serve', 'redis', 'kafka']);
  });

  it('begin when a share of the units is gone, though the time has not come', async () => {
    const tally = createTally();
    tally.accepted.push({ orderId: 'o', userId: 'u', productId: 'p', quantity: 5 });
    const [kill] = await strikeAll(blows({ points: ['worker'], tally, durationMs: 3_600_000 }));
    expect(kill).toMatchObject({ point: 'worker', afterSeconds: 0 });
  });

  it('end with the sale, and tell what was struck until then', async () => {
    const ending = new AbortController();
    const strike = () => Promise.resolve(ending.abort());
    const points: KillPoint[] = ['serve', 'redis'];
    const kills = await strikeAll(blows({ points, strike, signal: ending.signal }));
    expect(kills.map(({ point }) => point)).toEqual(['serve']);
  });
});
