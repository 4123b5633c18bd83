import { describe, expect, it } from 'vitest';
import { findAttention } from '../../../../src/cli/top/state/attention.js';
import { findBottleneck } from '../../../../src/cli/top/state/bottleneck.js';
import { initialState, type StockLine, type TopState } from '../../../../src/cli/top/state/model.js';
import { after, answered, NOW, postgresSample, saleInProgress } from '../sale-in-progress.js';

const messages = (state: TopState, now = NOW) => findAttention(state.data, now).map((one) => one.message);
const commands = (state: TopState, now = NOW) => findAttention(state.data, now).map((one) => one.command);
const lagAt = (lag: number, seconds: number) => answered({ source: 'kafka', lag }, NOW + seconds * 1_000);
const quiet = postgresSample({ seconds: [] });

describe('attention', () => {
  it('is for nothing when a sale is healthy', () => {
    expect(messages(saleInProgress())).toEqual([]);
  });

  it('names the product whose units do not add up, first of all', () => {
    const broken: StockLine = { productId: 'cap-blk', seeded: 10, claimed: 5, held: 3, sold: 3 };
    const state = after(
      saleInProgress(),
      { type: 'failed', at: NOW, source: 'redis', failure: { code: 'UNAVAILABLE', message: 'refused' } },
      answered(postgresSample({ stock: [broken] })),
    );
    expect(messages(state)[0]).toBe('cap-blk: claimed 5 is not held 3 + sold 3');
    expect(commands(state)[0]).toBe('ordersctl audit --product cap-blk');
  });

  it('says since when a source is away', () => {
    const state = after(saleInProgress(), {
      type: 'failed',
      at: NOW,
      source: 'kafka',
      failure: { code: 'UNAVAILABLE', message: 'no broker' },
    });
    expect(messages(state, NOW + 14_000)).toContain('kafka away for 14s: no broker');
  });

  it('says what to run when the database was never migrated', () => {
    const failure = { code: 'SCHEMA_MISSING', message: 'the database is not migrated' } as const;
    const state = after(initialState(), { type: 'failed', at: NOW, source: 'postgres', failure });
    expect(messages(state)).toEqual(['postgres failing for 0s: the database is not migrated']);
    expect(commands(state)).toEqual(['ordersctl migrate']);
  });

  it('gives the replay command for orders that are stuck, with the same age', () => {
    const stuck = { count: 500, capped: true, oldestAgeMs: 95_000 };
    const state = after(saleInProgress(), answered(postgresSample({ stuck })));
    expect(messages(state)).toEqual(['500+ PENDING for over 1m00s, oldest 1m35s']);
    expect(commands(state)).toEqual(['ordersctl replay --older-than 60s --dry-run']);
  });

  it('asks for a consumer only when orders wait and none is started for ten seconds', () => {
    const waiting = after(initialState(), answered(quiet), lagAt(200, 0), lagAt(200, 5), lagAt(200, 10));
    expect(messages(waiting, NOW + 10_000)).toEqual(['200 orders wait in Kafka and none is started']);
    const taken = after(initialState(), answered(quiet), lagAt(200, 0), lagAt(0, 5), lagAt(200, 10));
    expect(messages(taken, NOW + 10_000)).toEqual([]);
    const fresh = after(initialState(), answered(quiet), lagAt(200, 8), lagAt(200, 10));
    expect(messages(fresh, NOW + 10_000)).toEqual([]);
  });

  it('reports a product that Redis does not have', () => {
    const state = after(
      saleInProgress(),
      answered({ source: 'redis', products: [{ productId: 'cap-blk', available: null, heldUnits: 0 }] }),
    );
    expect(messages(state)).toEqual(['cap-blk is not loaded in Redis: its buyers get 503']);
  });

  it('believes a difference between Redis and Postgres only after it stood still for ten seconds', () => {
    const fewer = {
      source: 'redis',
      products: [{ productId: 'cap-blk', available: 0, heldUnits: 61 }],
    } as const;
    const state = after(saleInProgress(), answered(fewer), answered(fewer, NOW + 9_000));
    expect(messages(state, NOW + 9_000)).toEqual([]);
    expect(messages(state, NOW + 10_000)).toEqual(['cap-blk: Redis has 2 fewer than Postgres']);
    const moving = after(
      state,
      answered({ ...fewer, products: [{ productId: 'cap-blk', available: 1, heldUnits: 61 }] }, NOW + 10_000),
    );
    expect(messages(moving, NOW + 10_000)).toEqual([]);
  });

  it('counts holds that have no order yet as in flight, not as a difference', () => {
    const inFlight = {
      source: 'redis',
      products: [{ productId: 'cap-blk', available: 0, heldUnits: 63 }],
    } as const;
    expect(
      messages(after(saleInProgress(), answered(inFlight)), NOW + 60_000).filter((text) =>
        text.includes('Redis has'),
      ),
    ).toEqual([]);
  });
});

describe('the bottleneck', () => {
  const newest = Math.floor(NOW / 1_000) - 2;
  const tenSeconds = (counts: Record<string, number>) =>
    answered(
      postgresSample({
        outbox: { depth: 0, oldestAgeMs: null },
        seconds: Array.from({ length: 10 }, (_, n) => ({ second: newest - n, counts, latency: {} })),
      }),
    );

  it('is the first stage whose queue grows', () => {
    const state = after(saleInProgress(), lagAt(2_004, 5), lagAt(3_004, 10));
    expect(findBottleneck(state.data, NOW + 10_000)).toMatchObject({
      stage: 'consume',
      queue: 'lag',
      waiting: 3_004,
      growthPerSecond: 180,
    });
  });

  it('is a stage whose queue does not grow but takes long to work off, or is not worked off at all', () => {
    const slow = after(
      initialState(),
      tenSeconds({ started: 2, confirmed: 2 }),
      lagAt(900, 0),
      lagAt(900, 10),
    );
    expect(findBottleneck(slow.data, NOW + 10_000)).toMatchObject({ stage: 'consume', drainSeconds: 450 });
    const dead = after(initialState(), tenSeconds({ accepted: 1 }), lagAt(900, 0), lagAt(900, 10));
    expect(findBottleneck(dead.data, NOW + 10_000)).toMatchObject({ stage: 'consume', drainSeconds: null });
  });

  it('is nobody while every queue breathes or shrinks fast', () => {
    const state = after(saleInProgress(), lagAt(1_234, 5), lagAt(1_000, 10));
    expect(findBottleneck(state.data, NOW + 10_000)).toBeNull();
  });

  it('is the worker when more sagas are started than end', () => {
    const state = after(initialState(), tenSeconds({ started: 50, confirmed: 25, failed: 5 }));
    expect(findBottleneck(state.data, NOW)).toMatchObject({
      stage: 'worker',
      growthPerSecond: 20,
      waiting: 0,
    });
  });
});
