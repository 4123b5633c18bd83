/** Measurements of an invented sale, at a fixed clock. */
import type { Place } from '../../../src/cli/top/place.js';
import type {
  CatalogLook,
  OrderLine,
  PartitionsLook,
  StuckLine,
} from '../../../src/cli/top/state/details.js';
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

export const PLACE: Place = {
  where: 'db.example:5432/orders',
  context: null,
  production: false,
  readOnly: false,
  allowActions: false,
  commandIn: (command) => command,
};

/** Open for 12 minutes and 41 seconds, nothing stands still, and nobody did anything. */
export function catalogLook(overrides: Partial<CatalogLook> = {}): CatalogLook {
  const opensAt = NOW - 761_000;
  const sale = { state: 'OPEN', opensAt, closesAt: null, changedAt: opensAt } as const;
  return {
    clock: NOW,
    sales: [
      { productId: 'cap-blk', ...sale },
      { productId: 'tee-red-m', ...sale },
    ],
    troubled: [],
    actions: [],
    ...overrides,
  };
}

export function orderLine(n: number, overrides: Partial<OrderLine> = {}): OrderLine {
  return {
    orderId: `019cab00-0000-7000-8000-${String(n).padStart(12, '0')}`,
    status: 'CONFIRMED',
    productId: 'tee-red-m',
    quantity: 1,
    amount: '49.90 EUR',
    amountMinor: 4_990,
    userId: `customer-${n}`,
    paid: true,
    failureCode: null,
    createdAt: NOW - n * 1_000,
    ...overrides,
  };
}

export function stuckLine(n: number, overrides: Partial<StuckLine> = {}): StuckLine {
  const order = orderLine(n, { status: 'PENDING', paid: false, createdAt: NOW - 90_000 - n * 1_000 });
  return {
    ...order,
    hop: 'not-started',
    summary: 'consume has passed it in Kafka, and yet no workflow exists.',
    command: `ordersctl replay ${order.orderId}`,
    ...overrides,
  };
}

export const PARTITIONS: PartitionsLook = {
  partitions: [0, 1, 2].map((partition) => ({
    topic: 'orders.reservations',
    group: 'ordersctl-consume',
    partition,
    high: String(4_000 + partition),
    committed: String(3_600),
    lag: 400 + partition,
    isRead: partition < 2,
  })),
  groups: [{ group: 'ordersctl-consume', state: 'Stable', members: 1 }],
  replicas: [
    { role: 'serve', replica: 'web-1', silentMs: 1_000 },
    { role: 'consume', replica: 'web-2', silentMs: 2_000 },
    { role: 'worker', replica: 'web-3', silentMs: 90_000 },
  ],
};

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
    answered({ source: 'catalog', look: catalogLook() }),
    answered({ source: 'letters', look: { stored: 4, open: 0, written: 9 } }),
  );
}
