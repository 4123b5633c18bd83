import { describe, expect, it } from 'vitest';
import { findAttention } from '../../../../src/cli/top/state/attention.js';
import { findBottleneck } from '../../../../src/cli/top/state/bottleneck.js';
import { initialState, type StockLine, type TopState } from '../../../../src/cli/top/state/model.js';
import type { CatalogLook } from '../../../../src/cli/top/state/details.js';
import { toSnapshot } from '../../../../src/cli/top/state/snapshot.js';
import { after, answered, catalogLook, NOW, postgresSample, saleInProgress } from '../sale-in-progress.js';

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

describe('attention for sales, overdue orders and dead letters', () => {
  const catalog = (overrides: Partial<CatalogLook>) =>
    after(saleInProgress(), answered({ source: 'catalog', look: catalogLook(overrides) }));

  it('names what is paused, in case it was forgotten', () => {
    const sales = catalogLook().sales.map((sale) => ({ ...sale, state: 'PAUSED' as const }));
    expect(messages(catalog({ sales }))).toEqual(['paused: cap-blk, tee-red-m (buyers get 503)']);
    expect(commands(catalog({ sales }))).toEqual(['ordersctl sale status']);
    expect(commands(catalog({ sales: sales.slice(0, 1) }))).toEqual(['ordersctl sale open cap-blk']);
  });

  it('counts orders whose time to pay is over and that nobody ends, product by product', () => {
    const troubled = ['a', 'b', 'c', 'd'].map((productId, n) => ({ productId, pending: 1, overdue: n }));
    expect(messages(catalog({ troubled }))).toEqual([
      '6 past their time to pay and not ended: b 1, c 2, d 3',
    ]);
    expect(commands(catalog({ troubled }))).toEqual(['ordersctl replay --hop overdue --dry-run']);
  });

  it('tells dead letters that nobody decided, and how many came since the screen was opened', () => {
    const letters = (open: number, written: number) =>
      answered({ source: 'letters', look: { stored: 5, open, written } });
    const state = after(initialState(), letters(1, 9));
    expect(messages(state)).toEqual(['1 dead letter undecided']);
    expect(messages(after(state, letters(3, 11)))).toEqual([
      '3 dead letters undecided, 2 new since top was opened',
    ]);
    expect(messages(after(state, letters(0, 11)))).toEqual([]);
  });

  it('says when these alone are not known, though their stores answer', () => {
    const failure = { code: 'INTERNAL', message: 'permission denied' } as const;
    const state = after(saleInProgress(), { type: 'failed', at: NOW, source: 'catalog', failure });
    expect(messages(state)).toEqual(['sales and overdue orders are not known: permission denied']);
    const away = after(state, { type: 'failed', at: NOW, source: 'postgres', failure });
    expect(messages(away)).toEqual(['postgres failing for 0s: permission denied']);
  });
});

describe('the time until a product is gone', () => {
  const claimedAt = (claimed: number, seconds: number) =>
    answered(
      postgresSample({ stock: [{ productId: 'tee', seeded: 100, claimed, held: claimed, sold: 0 }] }),
      NOW + seconds * 1_000,
    );
  const eta = (state: TopState) => toSnapshot(state.data, NOW).products[0]?.secondsToZero;

  it('goes by what was claimed in the last half minute', () => {
    expect(eta(after(initialState(), claimedAt(0, 0), claimedAt(20, 10)))).toBe(40);
    const later = after(
      initialState(),
      claimedAt(0, 0),
      claimedAt(60, 10),
      claimedAt(60, 45),
      claimedAt(70, 55),
    );
    expect(eta(later)).toBe(30);
  });

  it('is not known from a moment, nor while nothing goes, nor when all is gone', () => {
    expect(eta(after(initialState(), claimedAt(0, 0), claimedAt(20, 1)))).toBeNull();
    expect(eta(after(initialState(), claimedAt(20, 0), claimedAt(20, 10)))).toBeNull();
    expect(eta(after(initialState(), claimedAt(90, 0), claimedAt(100, 10)))).toBeNull();
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
