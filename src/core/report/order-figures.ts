/** Groups of orders become the figures of a product or of all of them. Pure. */
import type { OrderGroup } from '../postgres/report/sum-orders.js';
import type { CodeCount, OrderFigures, Tally } from './report.js';

const LIVE = new Set(['PENDING', 'INVENTORY_RESERVED', 'PAYMENT_PENDING', 'PAYMENT_CONFIRMED']);

export function orderFiguresOf(groups: readonly OrderGroup[]): OrderFigures {
  const tally = (which: (group: OrderGroup) => boolean): Tally => {
    const chosen = groups.filter(which);
    return { orders: sum(chosen, ({ orders }) => orders), units: sum(chosen, ({ units }) => units) };
  };
  const cancelled = (code: string | null) =>
    tally(
      ({ status, failureCode }) =>
        status === 'CANCELLED' && (code === null ? !NAMED.has(failureCode ?? '') : failureCode === code),
    );
  const codes = new Set(groups.filter(({ status }) => status === 'FAILED').map(failureOf));
  return {
    accepted: tally(() => true),
    started: tally(({ begun }) => begun),
    paid: tally(({ paid }) => paid),
    sold: tally(({ status, restocked }) => status === 'CONFIRMED' && !restocked),
    restocked: tally(({ status, restocked }) => status === 'CONFIRMED' && restocked),
    open: tally(({ status }) => LIVE.has(status)),
    expired: tally(({ status }) => status === 'EXPIRED'),
    cancelled: {
      byCustomer: cancelled('CANCELLED_BY_CUSTOMER'),
      byOperator: cancelled('CANCELLED_BY_OPERATOR'),
      other: cancelled(null),
    },
    failed: [...codes]
      .map((code) => ({ code, ...tally((group) => group.status === 'FAILED' && failureOf(group) === code) }))
      .sort((a, b) => b.orders - a.orders),
    underReview: sum(groups, ({ review, orders }) => (review ? orders : 0)),
  };
}

const NAMED: ReadonlySet<string> = new Set(['CANCELLED_BY_CUSTOMER', 'CANCELLED_BY_OPERATOR']);
const failureOf = ({ failureCode }: OrderGroup) => failureCode ?? 'UNKNOWN';

export function sum<T>(items: Iterable<T>, value: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += value(item);
  return total;
}

/** Adds up by code, most frequent first, without zeros. */
export function countByCode(counts: Iterable<CodeCount>): CodeCount[] {
  const byCode = new Map<string, number>();
  for (const { code, count } of counts) byCode.set(code, (byCode.get(code) ?? 0) + count);
  return [...byCode]
    .filter(([, count]) => count > 0)
    .map(([code, count]) => ({ code, count }))
    .sort((a, b) => b.count - a.count || a.code.localeCompare(b.code));
}
