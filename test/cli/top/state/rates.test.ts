import { describe, expect, it } from 'vitest';
import { initialState, type TopData } from '../../../../src/cli/top/state/model.js';
import { toPercentiles, toRates, toRefusals, toSeries } from '../../../../src/cli/top/state/rates.js';
import { after, answered, NOW, postgresSample, saleInProgress } from '../sale-in-progress.js';

const newest = Math.floor(NOW / 1_000) - 2;
function dataWith(counts: Record<string, number>, second = newest): TopData {
  return after(initialState(), answered(postgresSample({ seconds: [{ second, counts, latency: {} }] }))).data;
}

describe('rates', () => {
  it('are unknown, not zero, before Postgres has answered', () => {
    expect(toRates(initialState().data)).toBeNull();
  });

  it('are per second over the three newest complete seconds', () => {
    expect(toRates(saleInProgress().data)).toMatchObject({
      accepted: (290 + 295 + 300) / 3,
      shed: 0,
      failed: 0,
    });
  });

  it('leave out the second that replicas are still writing', () => {
    expect(toRates(dataWith({ accepted: 90 }, newest + 1))).toMatchObject({ accepted: 0 });
    expect(toRates(dataWith({ accepted: 90 }, newest))).toMatchObject({ accepted: 30 });
  });

  it('tell refusals from load that was turned away by the HTTP status of the code', () => {
    const data = dataWith({
      SOLD_OUT: 30,
      CUSTOMER_LIMIT: 3,
      OVERLOADED: 6,
      UNAVAILABLE: 3,
      anythingElse: 9,
    });
    expect(toRates(data)).toMatchObject({ refused: 11, shed: 3, accepted: 0 });
    expect(toRefusals(data)[0]).toEqual(['SOLD_OUT', 10]);
    expect(toRefusals(data)).toHaveLength(4);
  });

  it('stand as last known while Postgres is away', () => {
    const state = after(saleInProgress(), { type: 'tick', at: NOW + 60_000 });
    expect(toRates(state.data)).toMatchObject({ accepted: 295 });
  });

  it('are judged by the clock of Postgres, not by that of this machine', () => {
    const sample = postgresSample({
      clock: NOW + 3_600_000,
      seconds: [{ second: newest + 3_600, counts: { accepted: 3 }, latency: {} }],
    });
    expect(toRates(after(initialState(), answered(sample)).data)).toMatchObject({ accepted: 1 });
  });
});

describe('a series', () => {
  it('has one sample per second, oldest first, and zero where nothing happened', () => {
    expect(toSeries(dataWith({ accepted: 4 }, newest - 2), 'accepted', 4)).toEqual([0, 4, 0, 0]);
  });
});

describe('percentiles', () => {
  it('are the upper bounds of the buckets that hold them, over the last ten seconds', () => {
    expect(toPercentiles(saleInProgress().data, 'accept')).toEqual({ p50Ms: 5, p95Ms: 22, p99Ms: 90 });
  });

  it('are unknown where nothing was measured', () => {
    expect(toPercentiles(saleInProgress().data, 'start')).toBeNull();
  });
});
