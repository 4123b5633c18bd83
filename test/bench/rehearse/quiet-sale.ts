/** What is observed after a small sale that went well. */
import type { Facts } from '../../../src/bench/rehearse/make-report.js';
import { createTally, type Tally } from '../../../src/bench/load/tally.js';
import type { Order, OrderStatus } from '../../../src/core/order.js';

const EUR = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });

export function orderOf(
  orderId: string,
  userId: string,
  status: OrderStatus,
  quantity = 1,
  more: Partial<Order> = {},
): Order {
  const at = new Date('2026-03-01T12:00:00Z');
  return {
    orderId,
    reservationId: `r-${orderId}`,
    userId,
    productId: 'tee',
    quantity,
    unitPrice: EUR(4_990),
    amount: EUR(4_990 * quantity),
    status,
    version: 6,
    failureCode: status === 'FAILED' ? 'PAYMENT_DECLINED' : null,
    paid: status === 'CONFIRMED',
    payBy: null,
    refund: null,
    restockedAt: null,
    createdAt: at,
    updatedAt: at,
    ...more,
  };
}

export function tallyOf(more: Partial<Tally> = {}): Tally {
  const tally = createTally();
  tally.accept.record(8);
  tally.answer.record(5);
  tally.lateness.record(1);
  return {
    ...tally,
    buyers: 6,
    requests: 8,
    accepted: [
      { orderId: 'o1', userId: 'buyer-1', productId: 'tee', quantity: 2 },
      { orderId: 'o2', userId: 'buyer-2', productId: 'tee', quantity: 1 },
      { orderId: 'o3', userId: 'declined-3', productId: 'tee', quantity: 1 },
    ],
    readAtOnce: 3,
    refused: { SOLD_OUT: 3 },
    repeats: { same: 2, different: 0 },
    ...more,
  };
}

export function tricksOf(more: Partial<Tally['tricks']>): Tally['tricks'] {
  return { ...createTally().tricks, ...more };
}

const NONE = { count: 0, units: 0, first: [] };

/** 4 units for 6 buyers: three orders, of which one is declined and given back. */
export function quietSale(more: Partial<Facts> = {}): Facts {
  return {
    goods: [{ productId: 'tee', quantity: 4, price: EUR(4_990), weight: 1 }],
    buyers: 6,
    tally: tallyOf(),
    orders: [
      orderOf('o1', 'buyer-1', 'CONFIRMED', 2),
      orderOf('o2', 'buyer-2', 'CONFIRMED'),
      orderOf('o3', 'declined-3', 'FAILED'),
    ],
    audit: {
      ok: true,
      products: [
        {
          productId: 'tee',
          seeded: 4,
          available: 1,
          held: 0,
          sold: 3,
          redisAvailable: 1,
          inFlight: 0,
          drift: 0,
          problem: null,
          problems: [],
          moving: false,
          followsStock: true,
          holdsInFlight: NONE,
          leakedHolds: NONE,
          unreadableHolds: 0,
          totalsOff: 0,
          missingHolds: { ...NONE, marked: 0 },
          customerCounts: null,
          unfinishedEndings: NONE,
          lostMarks: NONE,
          misplacedMoney: NONE,
          ordersByStatus: [],
        },
      ],
    },
    rules: {
      declinedPrefix: 'declined-',
      latePrefix: 'late-',
      othersMayBeDeclined: false,
      payWithinMs: 20_000,
    },
    customerLimit: 6,
    kills: [],
    crashes: [],
    targets: null,
    cutShort: false,
    run: '3f2a9c1e',
    saleMs: 15_040,
    totalMs: 41_960,
    start: { p50Ms: 50, p95Ms: 110, p99Ms: 135 },
    machine: { cores: 2, loadAverage: 1.5 },
    ...more,
  };
}
