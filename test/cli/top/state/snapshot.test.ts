import { describe, expect, it } from 'vitest';
import { initialState } from '../../../../src/cli/top/state/model.js';
import { toSnapshot } from '../../../../src/cli/top/state/snapshot.js';
import { after, answered, NOW, postgresSample, saleInProgress } from '../sale-in-progress.js';

describe('the snapshot that scripts read', () => {
  it('has null for all that is not known yet', () => {
    const snapshot = toSnapshot(initialState().data, NOW);
    expect(snapshot).toMatchObject({
      schemaVersion: 1,
      at: '2026-03-01T13:02:11.000Z',
      rates: null,
      pipeline: { outboxDepth: null, kafkaLag: null, temporalBacklog: null, stuckOrders: null },
      products: [],
      sources: { redis: { state: 'waiting', ageMs: null, code: null, error: null } },
    });
  });

  it('has rates, queues and units of every product', () => {
    const snapshot = toSnapshot(saleInProgress().data, NOW + 1_500);
    expect(snapshot.rates).toMatchObject({
      accepted: 295,
      refusedByCode: { SOLD_OUT: 1_180 },
      windowSeconds: 3,
    });
    expect(snapshot.pipeline).toMatchObject({
      outboxDepth: 37,
      outboxOldestAgeMs: 400,
      kafkaLag: 1_204,
      temporalBacklog: 913,
    });
    expect(snapshot.products[1]).toEqual({
      productId: 'tee-red-m',
      seeded: 5_000,
      available: 1_204,
      held: 388,
      sold: 3_408,
      redisAvailable: 1_204,
      redisLoaded: true,
      redisDrift: 0,
      conserved: true,
      sale: 'OPEN',
      stuckOrders: 0,
      secondsToZero: null,
    });
    expect(snapshot.sources.kafka).toEqual({
      ...{ state: 'answered', since: null, ageMs: 1_500, failingForMs: null, code: null, error: null },
      ...{ tookMs: null, calls: null },
    });
    expect(snapshot.sale).toMatchObject({ state: 'OPEN', open: 2, openForMs: 762_500 });
    expect(snapshot.deadLetters).toEqual({ stored: 4, undecided: 0 });
  });

  it('says where the window of its rates ends, by the clock of Postgres', () => {
    const snapshot = toSnapshot(saleInProgress().data, NOW + 60_000);
    expect(snapshot.rates).toMatchObject({ windowSeconds: 3, until: '2026-03-01T13:02:10.000Z' });
  });

  it('says how long orders take to be confirmed, what was released, and what was tried again', () => {
    const seconds = Array.from({ length: 3 }, (_, back) => ({
      second: Math.floor(NOW / 1_000) - 2 - back,
      counts: { released: 4, retried: 2 },
      latency: { confirm: { 820: 99, 5000: 1 } },
    }));
    const state = after(saleInProgress(), answered(postgresSample({ seconds })));
    const snapshot = toSnapshot(state.data, NOW);
    expect(snapshot.rates).toMatchObject({ released: 4, retried: 2 });
    expect(snapshot.latency.confirm).toEqual({ p50Ms: 820, p95Ms: 820, p99Ms: 820 });
  });

  it('says since when a source is failing, and keeps what its last poll cost', () => {
    const sample = { source: 'kafka', lag: 3 } as const;
    const state = after(
      saleInProgress(),
      { type: 'answered', at: NOW, sample, cost: { tookMs: 12.5, calls: 4 } },
      { type: 'failed', at: NOW + 3_000, source: 'kafka', failure: { code: 'UNAVAILABLE', message: 'gone' } },
      { type: 'failed', at: NOW + 5_000, source: 'kafka', failure: { code: 'UNAVAILABLE', message: 'gone' } },
    );
    expect(toSnapshot(state.data, NOW + 6_000).sources.kafka).toEqual({
      ...{ state: 'failing', since: '2026-03-01T13:02:14.000Z', ageMs: 6_000, failingForMs: 3_000 },
      ...{ code: 'UNAVAILABLE', error: 'gone', tookMs: 12.5, calls: 4 },
    });
  });

  it('says how old the count of every order is by which units are conserved', () => {
    expect(toSnapshot(saleInProgress().data, NOW).auditAgeMs).toBeNull();
    const state = after(saleInProgress(), answered(postgresSample({ auditedAt: NOW - 8_000 })));
    expect(toSnapshot(state.data, NOW).auditAgeMs).toBe(8_000);
  });

  it('survives JSON unchanged: no value is lost or turned into null', () => {
    const snapshot = toSnapshot(saleInProgress().data, NOW);
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  });
});
