import { describe, expect, it } from 'vitest';
import { initialState } from '../../../../src/cli/top/state/model.js';
import { toSnapshot } from '../../../../src/cli/top/state/snapshot.js';
import { NOW, saleInProgress } from '../sale-in-progress.js';

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
      state: 'answered',
      ageMs: 1_500,
      failingForMs: null,
      code: null,
      error: null,
    });
    expect(snapshot.sale).toMatchObject({ state: 'OPEN', open: 2, openForMs: 762_500 });
    expect(snapshot.deadLetters).toEqual({ stored: 4, undecided: 0 });
  });

  it('survives JSON unchanged: no value is lost or turned into null', () => {
    const snapshot = toSnapshot(saleInProgress().data, NOW);
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  });
});
