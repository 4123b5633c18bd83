import { describe, expect, it } from 'vitest';
import { initialState } from '../../../../src/cli/top/state/model.js';
import { toSnapshot } from '../../../../src/cli/top/state/snapshot.js';
import { NOW, saleInProgress } from '../sale-in-progress.js';
import { bottleneckLine, freshnessOf } from '../../../../src/cli/top/format/screen-text.js';

const lag = {
  stage: 'consume',
  queue: 'lag',
  waiting: 3_004,
  growthPerSecond: 180,
  drainSeconds: 13,
} as const;

const { pipeline } = toSnapshot(saleInProgress().data, NOW);

describe('the bottleneck in words', () => {
  it.each([
    [null, 'bottleneck: none'],
    [lag, 'bottleneck: consume, lag 3 004, +180/s'],
    [{ ...lag, growthPerSecond: -3, drainSeconds: 450 }, 'bottleneck: consume, lag 3 004, 7m30s left'],
    [{ ...lag, growthPerSecond: 0, drainSeconds: null }, 'bottleneck: consume, lag 3 004, none taken'],
  ])('says which stage and why', (bottleneck, text) => {
    expect(bottleneckLine({ ...pipeline, bottleneck })).toBe(text);
  });

  it('is not known before anything is', () => {
    const unknown = toSnapshot(initialState().data, NOW).pipeline;
    expect(bottleneckLine(unknown)).toBe('bottleneck: not known');
  });
});

describe('the freshness of a source', () => {
  const rest = { failingForMs: null, since: null, code: null, error: null, tookMs: null, calls: null };
  const source = { ...rest, state: 'answered' as const, ageMs: 400 };
  it.each([
    [source, 'redis 0s'],
    [{ ...source, ageMs: 4_400 }, 'redis 4s'],
    [{ ...source, state: 'waiting' as const, ageMs: null }, 'redis waiting'],
    [{ ...source, state: 'failing' as const, ageMs: 14_000 }, 'redis 14s AWAY'],
    [{ ...source, state: 'failing' as const, ageMs: null }, 'redis - AWAY'],
  ])('is its age, and a word when it is not well', (figures, text) => {
    expect(freshnessOf('redis', figures)).toBe(text);
  });
});
