/** A report of a sale that never was, with names that would break what does not escape them. */
import { UNIT_PROOF_SQL } from '../../../src/core/postgres/report/prove-units.js';
import type { ProductReport, Report, SaleFigures } from '../../../src/core/report/report.js';

export const NASTY = `</td><script src="https://evil.example/x">alert('1')</script>&amp;\u202e\u0007`;

const SINCE = new Date('2026-11-27T09:00:00Z');
const accept = { p50Ms: 8, p95Ms: 22, p99Ms: 60 };
const tally = (orders: number) => ({ orders, units: orders });
const counts = (payments: number) => ({ payments, units: payments });

const FIGURES: SaleFigures = {
  orders: {
    ...{
      accepted: tally(1_000),
      started: tally(1_000),
      paid: tally(900),
      sold: tally(900),
      restocked: tally(0),
    },
    ...{ open: tally(0), expired: tally(50), underReview: 1 },
    cancelled: { byCustomer: tally(20), byOperator: tally(5), other: tally(0) },
    failed: [{ code: 'PAYMENT_DECLINED', ...tally(25) }],
  },
  money: [
    {
      ...{
        currency: 'EUR',
        grossMinor: 4_491_000,
        refundedMinor: 0,
        netMinor: 4_491_000,
        takenMinor: 4_491_000,
      },
      ...{ keptMinor: 4_491_000, givenBackMinor: 0, dueMinor: 0, undecidedMinor: 0 },
    },
  ],
  refunds: { ofSales: counts(0), ofEndedOrders: counts(0), due: counts(0), refusedByGateway: 0 },
  late: { soldAfterAll: counts(0), givenBack: counts(0), due: counts(0), undecided: counts(0) },
  requests: 25_000,
  repeated: 3,
  refusals: [{ code: 'SOLD_OUT', count: 23_997 }],
  customers: { customers: 990, buyers: 890, atLimit: 4, topTenShare: 0.02 },
  times: { accept, started: accept, paid: accept, confirmed: accept, sampled: 1_000 },
  pace: {
    ...{ firstOrderAt: SINCE, lastOrderAt: SINCE, lastSaleAt: SINCE, peakOrdersPerSecond: 120 },
    ...{ peakSalesPerSecond: 90, soldOutAt: SINCE, soldOutAfterMs: 9_000 },
  },
  units: {
    ...{ seeded: 900, firstSeeded: 900, added: 0, removed: 0, replaced: 0, restocked: 0, unexplained: 0 },
    ...{ available: 0, held: 0, sold: 900 },
  },
};

export function inventedReport({ products = 1 }: { readonly products?: number }): Report {
  const reports = Array.from(
    { length: products },
    (_, index): ProductReport => ({
      ...FIGURES,
      productId: index === 0 ? NASTY : `tee-${index}`,
      ...{ name: NASTY, saleState: 'CLOSED', maxPerCustomer: 2 },
    }),
  );
  const action = { at: SINCE, actor: NASTY, host: NASTY, command: 'sale close', reason: NASTY };
  return {
    ...{
      schemaVersion: 1,
      madeAt: SINCE,
      madeBy: 'ordersctl 0.0.0',
      verdict: 'passed',
      problems: [],
      oversold: 0,
    },
    window: { since: SINCE, until: new Date(SINCE.getTime() + 60_000), asked: false },
    total: FIGURES,
    products: reports,
    refusedWithoutProduct: [{ code: 'OVERLOADED', count: 12 }],
    funnel: [
      { stage: 'requests', count: 25_000, losses: [{ code: 'SOLD_OUT', count: 24_000 }] },
      { stage: 'accepted', count: 1_000, losses: [] },
      { stage: 'confirmed', count: 900, losses: [] },
    ],
    timeline: {
      stretchSeconds: 1,
      stretches: Array.from({ length: 60 }, (_, second) => ({
        from: new Date(SINCE.getTime() + second * 1_000),
        ...{ accepted: 120 - 2 * second, confirmed: second % 90, refused: 400, accept },
      })),
    },
    acceptHistogram: { 5: 300, 8: 500, 22: 180, 60: 20 },
    saleChanges: [{ at: SINCE, productId: NASTY, from: 'OPEN', to: 'CLOSED', actor: NASTY, reason: NASTY }],
    actions: { listed: [{ ...action, products: [NASTY], arguments: {}, result: null }], count: 3 },
    deadLetters: { open: 1, handled: 2, byReason: [{ code: NASTY, count: 1 }], capped: false },
    topCustomers: [{ userId: NASTY, orders: 2, units: 2 }],
    figuresSince: null,
    proof: {
      sql: UNIT_PROOF_SQL,
      parameters: [reports.map(({ productId }) => productId)],
      rows: reports.map(({ productId }) => ({
        ...{ productId, seeded: 900, claimed: 900, held: 0, sold: 900, oversold: 0 },
      })),
    },
    unavailable: [{ store: 'kafka', reason: NASTY }],
  };
}
