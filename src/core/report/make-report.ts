/** Puts the report together from what was read. Pure. */
import type { ProductRow } from '../postgres/find-products.js';
import type { OrderGroup } from '../postgres/report/sum-orders.js';
import type { ReadReport } from './collect-report.js';
import { customerFiguresOf } from './customer-figures.js';
import { funnelOf } from './funnel.js';
import { lateFiguresOf, moneyFiguresOf, refundFiguresOf } from './money-figures.js';
import { countByCode, orderFiguresOf, sum } from './order-figures.js';
import { percentilesOf } from './read-figures.js';
import type {
  CodeCount,
  PaceFigures,
  ProductReport,
  Report,
  SaleFigures,
  Stretch,
  TimeFigures,
} from './report.js';
import { problemsOf, unitFiguresOf } from './unit-figures.js';

export function makeReport(read: ReadReport): Report {
  const { chosen, proof, figures } = read;
  const problems = problemsOf(proof.rows);
  const products = chosen.products.map((product) => productReportOf(read, product));
  const refusals = countByCode([
    ...products.flatMap((product) => product.refusals),
    ...(read.isWhole ? figures.withoutProduct : []),
  ]);
  const total = figuresOf(
    read,
    ALL,
    refusals,
    sum(products, ({ repeated }) => repeated ?? 0),
  );
  return {
    schemaVersion: 1,
    madeAt: read.madeAt,
    madeBy: read.madeBy,
    window: chosen.window,
    verdict: problems.length === 0 ? 'passed' : 'failed',
    problems,
    oversold: sum(proof.rows, ({ oversold }) => oversold),
    total,
    products,
    refusedWithoutProduct: figures.withoutProduct,
    funnel: funnelOf(read.orders, requestsOf(total)),
    timeline: { stretchSeconds: read.division.stretchSeconds, stretches: stretchesOf(read) },
    acceptHistogram: figures.accept,
    saleChanges: read.saleChanges,
    actions: read.actions,
    deadLetters: read.deadLetters,
    topCustomers: read.topCustomers,
    figuresSince: figures.keptSince,
    proof,
    unavailable: read.unavailable,
  };
}

function productReportOf(read: ReadReport, product: ProductRow): ProductReport {
  const { productId, name, sale } = product;
  const { figures } = read;
  return {
    productId,
    name,
    saleState: sale?.state ?? 'NO_SALE',
    maxPerCustomer: sale?.maxPerCustomer ?? null,
    ...figuresOf(
      read,
      { productId, maxPerCustomer: sale?.maxPerCustomer ?? null },
      figures.refusalsOf(productId),
      figures.repeatedOf(productId),
    ),
  };
}

interface Subject {
  /** Null: all products together. */
  readonly productId: string | null;
  readonly maxPerCustomer: number | null;
}
const ALL: Subject = { productId: null, maxPerCustomer: null };

function figuresOf(
  read: ReadReport,
  { productId, maxPerCustomer }: Subject,
  refusals: readonly CodeCount[],
  repeated: number,
): SaleFigures {
  const of = <T extends { readonly productId: string }>(rows: readonly T[]) =>
    productId === null ? rows : rows.filter((row) => row.productId === productId);
  const groups = of(read.orders);
  const payments = of(read.payments);
  const orders = orderFiguresOf(groups);
  const areKept = read.figures.keptSince === null;
  const refused = sum(refusals, ({ count }) => count);
  return {
    orders,
    money: moneyFiguresOf(groups, payments),
    refunds: refundFiguresOf(payments),
    late: lateFiguresOf(payments),
    // The row of an order is the better witness: figures of a killed process may lack its last second.
    requests: areKept ? orders.accepted.orders + repeated + refused : null,
    repeated: areKept ? repeated : null,
    refusals,
    customers: customerFiguresOf(
      read.customers.filter((group) => group.productId === productId),
      maxPerCustomer,
    ),
    times: timesOf(read, productId),
    pace: paceOf(read, productId, groups),
    units: unitFiguresOf(of(read.proofs), of(read.movements)),
  };
}

const NOTHING = { p50Ms: null, p95Ms: null, p99Ms: null };

function timesOf({ times, figures }: ReadReport, productId: string | null): TimeFigures {
  const measured = times.find((one) => one.productId === productId);
  return {
    accept: productId === null ? percentilesOf(figures.accept) : figures.acceptOf(productId),
    started: measured?.started ?? NOTHING,
    paid: measured?.paid ?? NOTHING,
    confirmed: measured?.confirmed ?? NOTHING,
    sampled: measured?.sampled ?? 0,
  };
}

function paceOf(read: ReadReport, productId: string | null, groups: readonly OrderGroup[]): PaceFigures {
  const { chosen, fold } = read;
  const pace = fold.paceOf(productId ?? '');
  const spans = [...chosen.spans.values()].filter(
    (span) => productId === null || span.productId === productId,
  );
  const times = (values: readonly (Date | null)[]) => values.flatMap((at) => (at ? [at.getTime()] : []));
  const first = times(spans.map(({ firstOrderAt }) => firstOrderAt));
  const last = times(spans.map(({ lastOrderAt }) => lastOrderAt));
  const isWhole =
    productId === null
      ? spans.every((span) => chosen.wholeHistory.has(span.productId))
      : chosen.wholeHistory.has(productId);
  const soldOutAt = isWhole ? pace.soldOutAt : null;
  return {
    firstOrderAt: first.length > 0 ? new Date(Math.min(...first)) : null,
    lastOrderAt: last.length > 0 ? new Date(Math.max(...last)) : null,
    lastSaleAt: groups.length > 0 ? pace.lastSaleAt : null,
    peakOrdersPerSecond: pace.peakOrders,
    peakSalesPerSecond: pace.peakSales,
    soldOutAt,
    soldOutAfterMs: soldOutAt && first.length > 0 ? soldOutAt.getTime() - Math.min(...first) : null,
  };
}

function requestsOf(total: SaleFigures): { count: number; lost: CodeCount[] } | null {
  if (total.requests === null) return null;
  const repeated = { code: 'REPEATED_KEY', count: total.repeated ?? 0 };
  return { count: total.requests, lost: [...total.refusals, repeated] };
}

function stretchesOf({ division, fold, series, figures, chosen }: ReadReport): Stretch[] {
  if (!chosen.window) return [];
  const { from, stretchSeconds, count } = division;
  return Array.from({ length: count }, (_, number) => {
    const at = new Date(from.getTime() + number * stretchSeconds * 1_000);
    const { accepted, confirmed } = fold.stretches.get(number) ?? { accepted: 0, confirmed: 0 };
    const isKept = figures.keptSince === null || at >= figures.keptSince;
    return {
      from: at,
      accepted,
      confirmed,
      refused: isKept ? (series.refusals.get(number) ?? 0) : null,
      accept: percentilesOf(series.accept.get(number) ?? {}),
    };
  });
}
