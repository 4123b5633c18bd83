/** Measurements of an invented sale, at a fixed clock. */
import { initialState, type Sample, type TopState, type TopView } from '../../../src/cli/top/state/model.js';
import { reduce, type TopAction } from '../../../src/cli/top/state/reducer.js';

/** 2026-03-01T13:02:11Z */
export const NOW = Date.UTC(2026, 2, 1, 13, 2, 11);

export function after(state: TopState, ...actions: readonly TopAction[]): TopState {
  return actions.reduce(reduce, state);
}

export const answered = (sample: Sample, at = NOW): TopAction => ({ type: 'answered', at, sample });

type PostgresSample = Extract<Sample, { source: 'postgres' }>;

/** 300 accepted and 1,200 refused a second, rising over the last minute. */
export function postgresSample(overrides: Partial<PostgresSample> = {}): PostgresSample {
  const newest = Math.floor(NOW / 1_000) - 2;
  return {
    source: 'postgres',
    clock: NOW,
    seconds: Array.from({ length: 60 }, (_, index) => ({
      second: newest - 59 + index,
      counts: {
        accepted: 5 * (index + 1),
        SOLD_OUT: 20 * (index + 1),
        published: 15 * (index + 1),
        started: 4 * (index + 1),
        confirmed: 4 * (index + 1),
      },
      latency: { accept: { 5: 90, 22: 8, 90: 2 } },
    })),
    stock: [
      { productId: 'cap-blk', seeded: 1_000, claimed: 998, held: 61, sold: 937 },
      { productId: 'tee-red-m', seeded: 5_000, claimed: 3_796, held: 388, sold: 3_408 },
    ],
    outbox: { depth: 37, oldestAgeMs: 400 },
    stuck: { count: 0, capped: false, oldestAgeMs: null },
    ...overrides,
  };
}

export function saleInProgress(view: Partial<TopView> = {}): TopState {
  return after(
    initialState({ now: NOW, ...view }),
    answered(postgresSample()),
    answered({
      source: 'redis',
      products: [
        { productId: 'cap-blk', available: 2, heldUnits: 61 },
        { productId: 'tee-red-m', available: 1_204, heldUnits: 388 },
      ],
    }),
    answered({ source: 'kafka', lag: 1_204 }),
    answered({ source: 'temporal', backlog: 913 }),
  );
}
