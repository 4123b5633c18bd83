/** The tables of a report. */
import type { ProductReport, Report } from '../../../core/report/report.js';
import type { TableBlock } from './blocks.js';
import { amount, moment, NONE, number, share } from './figures.js';

const right = (title: string) => ({ title, align: 'right' as const });

export function productTable({ products }: Report): TableBlock {
  return {
    title: 'Products',
    columns: [
      { title: 'product', most: 20 },
      ...['seeded', 'sold', 'left', 'held', 'orders', 'refused'].map(right),
      right('revenue'),
    ],
    rows: products.map((product) => [
      product.productId,
      number(product.units?.seeded ?? 0),
      number(product.orders.sold.units),
      number(product.units?.available ?? 0),
      number(product.units?.held ?? 0),
      number(product.orders.accepted.orders),
      refusedOf(product),
      revenueOf(product),
    ]),
    empty: 'No product has orders in this window.',
  };
}

/** How the orders of each product ended; with one product the facts say it. */
export function endingTable({ products }: Report): TableBlock | null {
  if (products.length < 2) return null;
  const titles = ['accepted', 'sold', 'open', 'expired', 'cancelled', 'failed', 'refunds', 'late'];
  return {
    title: 'How orders ended',
    columns: [{ title: 'product', most: 18 }, ...titles.map(right)],
    rows: products.map(({ productId, orders, refunds, late }) => {
      const { byCustomer, byOperator, other } = orders.cancelled;
      return [
        productId,
        ...[
          orders.accepted.orders,
          orders.sold.orders + orders.restocked.orders,
          orders.open.orders,
          orders.expired.orders,
          byCustomer.orders + byOperator.orders + other.orders,
          orders.failed.reduce((sum, one) => sum + one.orders, 0),
          refunds.ofSales.payments + refunds.ofEndedOrders.payments,
          late.soldAfterAll.payments + late.givenBack.payments + late.due.payments + late.undecided.payments,
        ].map(number),
      ];
    }),
    empty: '',
  };
}

function refusedOf({ refusals, requests }: ProductReport): string {
  const count = refusals.reduce((sum, one) => sum + one.count, 0);
  return requests === null && count === 0 ? NONE : number(count);
}

export function revenueOf({ money }: Pick<ProductReport, 'money'>): string {
  return money.map(({ grossMinor, currency }) => amount(grossMinor, currency)).join(' + ');
}

export function refusalTable(report: Report): TableBlock {
  const { refusals } = report.total;
  const all = refusals.reduce((sum, { count }) => sum + count, 0);
  const elsewhere = report.refusedWithoutProduct.filter(
    ({ code }) => !refusals.some((refusal) => refusal.code === code),
  );
  return {
    title: 'Refusals',
    columns: [{ title: 'reason' }, right('requests'), right('share')],
    rows: refusals.map(({ code, count }) => [code, number(count), share(count / all)]),
    empty: report.figuresSince ? 'Refusals of that time are no longer kept.' : 'Nobody was refused.',
    ...(elsewhere.length > 0 && {
      note: `Refused meanwhile before a product was known: ${elsewhere
        .map(({ code, count }) => `${code} ${number(count)}`)
        .join(', ')}.`,
    }),
  };
}

export const STAGES = {
  requests: 'requests',
  accepted: 'accepted (202)',
  started: 'saga started',
  paid: 'paid',
  confirmed: 'confirmed',
} as const;

export function funnelTable({ funnel }: Report): TableBlock {
  const first = funnel[0]?.count ?? 0;
  return {
    title: 'From request to sale',
    columns: [
      { title: 'stage' },
      right('count'),
      right('of all'),
      { title: 'lost before the next', most: 46 },
    ],
    rows: funnel.map(({ stage, count, losses }) => [
      STAGES[stage],
      number(count),
      first === 0 ? NONE : share(count / first),
      losses.map((loss) => `${loss.code} ${number(loss.count)}`).join(', '),
    ]),
    empty: '',
  };
}

export function saleChangeTable({ saleChanges }: Report): TableBlock {
  return {
    title: 'Changes of sale states',
    columns: [
      { title: 'at' },
      { title: 'product', most: 18 },
      { title: 'from' },
      { title: 'to' },
      { title: 'by', most: 12 },
    ],
    rows: saleChanges.map(({ at, productId, from, to, actor }) => [
      moment(at),
      productId,
      from ?? NONE,
      to,
      actor,
    ]),
    empty: 'The state of no sale was changed.',
  };
}

export function actionTable({ actions }: Report): TableBlock {
  const hidden = actions.count - actions.listed.length;
  return {
    title: 'What operators did',
    columns: [
      { title: 'at' },
      { title: 'who', most: 12 },
      { title: 'command', most: 16 },
      { title: 'reason', most: 22 },
    ],
    rows: actions.listed.map(({ at, actor, command, reason }) => [
      moment(at),
      actor,
      command,
      reason ?? NONE,
    ]),
    empty: 'Nothing is on record.',
    ...(hidden > 0 && { note: `${number(hidden)} earlier ones are not listed.` }),
  };
}

export function customerTable({ topCustomers }: Report): TableBlock | null {
  if (!topCustomers) return null;
  return {
    title: 'Customers with the most units',
    columns: [{ title: 'customer', most: 50 }, right('orders'), right('units')],
    rows: topCustomers.map(({ userId, orders, units }) => [userId, number(orders), number(units)]),
    empty: 'Nobody bought anything.',
  };
}

export function proofTable({ proof }: Report): TableBlock {
  return {
    title: 'Proof that no unit was sold twice',
    columns: [
      { title: 'product_id', most: 24 },
      ...['seeded', 'claimed', 'held', 'sold', 'oversold'].map(right),
    ],
    rows: proof.rows.map((row) => [
      row.productId,
      ...[row.seeded, row.claimed, row.held, row.sold, row.oversold].map(number),
    ]),
    empty: 'No product has stock.',
    note: 'All orders of the products are counted, whatever the window. claimed is what the stock row says, held and sold what the orders add up to.',
  };
}
