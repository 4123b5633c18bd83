/** Turns what was observed into checks. Pure: every check is a comparison of two independent observations. */
import type { AuditReport } from '../../core/catalog/audit-report.js';
import { isFinal, type Order } from '../../core/order.js';
import { sumOf, type Tally } from '../load/tally.js';
import type { Goods } from './goods.js';
import type { Check } from './report.js';

export interface Observations {
  readonly goods: readonly Goods[];
  readonly buyers: number;
  /** What the buyers saw. */
  readonly tally: Tally;
  /** What stands in Postgres. */
  readonly orders: readonly Order[];
  readonly audit: AuditReport;
  /** Their payments had to be declined. */
  readonly declinedPrefix: string;
  readonly crashes: readonly string[];
}

/** Refusals that a healthy sale with more buyers than units gives. */
const EXPECTED_REFUSALS: ReadonlySet<string> = new Set(['SOLD_OUT', 'RESERVATION_ENDED']);

/** Units confirmed beyond those seeded. */
export function oversoldUnits({ goods, orders }: Pick<Observations, 'goods' | 'orders'>): number {
  return goods.reduce((sum, { productId, quantity }) => {
    const confirmed = orders.filter((order) => order.productId === productId && order.status === 'CONFIRMED');
    return sum + Math.max(0, unitsOf(confirmed) - quantity);
  }, 0);
}

export function unitsOf(orders: readonly { readonly quantity: number }[]): number {
  return orders.reduce((sum, order) => sum + order.quantity, 0);
}

/** In the order in which the report shows them. */
export function judge(seen: Observations): Check[] {
  const { tally, orders, audit, goods } = seen;
  const byId = new Map(orders.map((order) => [order.orderId, order]));
  const lost = tally.accepted.filter((one) => byId.get(one.orderId)?.userId !== one.userId);
  const acceptedIds = new Set(tally.accepted.map((one) => one.orderId));
  const unknown = orders.filter((order) => !acceptedIds.has(order.orderId));
  const open = orders.filter((order) => !isFinal(order.status));
  const confirmed = orders.filter((order) => order.status === 'CONFIRMED');
  const failed = orders.filter((order) => isFinal(order.status) && order.status !== 'CONFIRMED');
  const shouldFail = (order: Order) => order.userId.startsWith(seen.declinedPrefix);
  const wrongEnds = [...confirmed.filter(shouldFail), ...failed.filter((order) => !shouldFail(order))];
  const odd = Object.entries(tally.refused).filter(([code]) => !EXPECTED_REFUSALS.has(code));
  const wrongAmounts = orders.filter(
    (order) => order.amount.amountMinor !== priceOf(goods, order) * order.quantity,
  );
  const inFlight = audit.products.reduce((sum, product) => sum + (product.inFlight ?? 0), 0);

  return [
    check('no unit was sold twice', oversoldUnits(seen) === 0, `${oversoldUnits(seen)} oversold`),
    check('every buyer came to an end', tally.buyers === seen.buyers, `${tally.buyers} of ${seen.buyers}`),
    check(
      'every 202 was readable at once',
      tally.unreadable.length === 0,
      `${tally.accepted.length - tally.unreadable.length} of ${tally.accepted.length}`,
    ),
    check(
      'every 202 is an order of that buyer',
      lost.length === 0,
      `${tally.accepted.length - lost.length} of ${tally.accepted.length}`,
    ),
    check(
      'no order but those that were answered with 202, or whose answer was lost',
      unknown.length <= sumOf(tally.unanswered),
      `${unknown.length} others, ${sumOf(tally.unanswered)} lost answers`,
    ),
    check(
      'the same key gave the same order',
      tally.repeats.different === 0,
      `${tally.repeats.same} of ${tally.repeats.same + tally.repeats.different} repeats`,
    ),
    check(
      'buyers were refused only because all was sold',
      odd.length === 0,
      odd.map(([code, count]) => `${code} ${count}`).join(', ') || 'no other reason',
    ),
    check(
      'every order came to its end',
      open.length === 0,
      `${orders.length - open.length} of ${orders.length}`,
    ),
    check(
      'exactly the declined payments failed',
      wrongEnds.length === 0,
      `${failed.length} failed, ${wrongEnds.length} wrongly ended`,
    ),
    check(
      'every order has the price that was seeded',
      wrongAmounts.length === 0,
      `${orders.length - wrongAmounts.length} of ${orders.length}`,
    ),
    check(
      'units are conserved in Postgres, and Redis agrees',
      audit.ok && inFlight === 0,
      audit.products
        .map((one) => `${one.productId} drift ${one.drift ?? '?'}, in flight ${one.inFlight ?? '?'}`)
        .join('; '),
    ),
    check('no process ended by itself', seen.crashes.length === 0, seen.crashes.join('; ') || 'none'),
  ];
}

function check(name: string, ok: boolean, detail: string): Check {
  return { name, ok, detail };
}

function priceOf(goods: readonly Goods[], order: Order): number {
  return goods.find((one) => one.productId === order.productId)?.price.amountMinor ?? NaN;
}
