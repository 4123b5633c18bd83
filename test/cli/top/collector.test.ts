import { describe, expect, it } from 'vitest';
import { createCollector, type Collector } from '../../../src/cli/top/collector.js';
import type { TopSource } from '../../../src/cli/top/sources/top-source.js';
import { initialState } from '../../../src/cli/top/state/model.js';
import { createStore, type TopStore } from '../../../src/cli/top/state/store.js';
import { waitFor } from '../../support/wait-for.js';

function collectorOf(
  sources: readonly TopSource[],
  timeoutMs = 40,
): { collector: Collector; store: TopStore } {
  const store = createStore(initialState({ intervalMs: 5 }));
  return { collector: createCollector({ sources, store, now: Date.now, timeoutMs }), store };
}
const kafka = (poll: () => Promise<number>): TopSource => ({
  name: 'kafka',
  poll: async () => ({ source: 'kafka', lag: await poll() }),
  close: () => Promise.resolve(),
});
const temporal = (poll: () => Promise<number>, more: Partial<TopSource> = {}): TopSource => ({
  name: 'temporal',
  poll: async () => ({ source: 'temporal', backlog: await poll() }),
  close: () => Promise.resolve(),
  ...more,
});
const eventually = (check: () => boolean, what: string) =>
  waitFor(check, { timeoutMs: 5_000, intervalMs: 2, what });

describe('the collector', () => {
  it('takes the answers of the others when one source fails', async () => {
    const { collector, store } = collectorOf([
      kafka(() => Promise.reject(new Error('no broker\nand much more'))),
      temporal(() => Promise.resolve(7)),
    ]);
    await collector.firstRound();
    await collector.stop();
    expect(store.getState().data.sources.kafka).toMatchObject({
      kind: 'failing',
      failure: { code: 'INTERNAL', message: 'no broker' },
    });
    expect(store.getState().data.backlog).toBe(7);
  });

  it('reports a source that is silent as away, and still takes its late answer', async () => {
    let answer: (lag: number) => void = () => undefined;
    const { collector, store } = collectorOf([kafka(() => new Promise((resolve) => (answer = resolve)))]);
    await collector.firstRound();
    expect(store.getState().data.sources.kafka).toMatchObject({
      kind: 'failing',
      failure: { code: 'UNAVAILABLE', message: 'no answer within 0.04s' },
    });
    answer(12);
    await eventually(() => store.getState().data.lag === 12, 'the late answer');
    expect(store.getState().data.sources.kafka.kind).toBe('answered');
    await collector.stop();
  });

  it('never asks a source again while its last poll is under way', async () => {
    let polls = 0;
    let others = 0;
    const { collector } = collectorOf(
      [
        kafka(() => {
          polls += 1;
          return new Promise(() => undefined);
        }),
        temporal(() => Promise.resolve((others += 1))),
      ],
      5,
    );
    collector.start();
    await eventually(() => others >= 10, 'ten polls of the other source');
    expect(polls).toBe(1);
    await collector.stop();
  });

  it('asks a source that needs the answer of another after it', async () => {
    const order: string[] = [];
    const { collector } = collectorOf([
      temporal(() => Promise.resolve(order.push('temporal')), { after: 'kafka' }),
      kafka(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return order.push('kafka');
      }),
    ]);
    await collector.firstRound();
    expect(order).toEqual(['kafka', 'temporal']);
    await collector.stop();
  });

  it('says what the last answered poll of a source cost', async () => {
    const store = createStore(initialState());
    let sent = 5;
    const collector = createCollector({
      ...{ store, now: Date.now, timeoutMs: 1_000, callsTo: () => sent },
      sources: [kafka(() => Promise.resolve((sent += 3)))],
    });
    await collector.firstRound();
    await collector.stop();
    const { costs } = store.getState().data;
    expect(costs.kafka?.calls).toBe(3);
    expect(costs.kafka?.tookMs).toBeGreaterThanOrEqual(0);
  });

  it('stops asking, and says nothing of what comes afterwards', async () => {
    let answer: (lag: number) => void = () => undefined;
    const { collector, store } = collectorOf(
      [kafka(() => new Promise((resolve) => (answer = resolve)))],
      60_000,
    );
    collector.start();
    await collector.stop();
    const before = store.getState();
    answer(12);
    await new Promise((resolve) => setImmediate(resolve));
    expect(store.getState()).toBe(before);
  });
});
