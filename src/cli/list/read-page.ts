/** Reads one page of a list: rows of Postgres, and where each stands when that was asked for. */
import { AppError } from '../../core/errors.js';
import type { Order } from '../../core/order.js';
import type { Db } from '../../core/postgres/db.js';
import { findOrder } from '../../core/postgres/find-order.js';
import { listOrders, type OrderCursor } from '../../core/postgres/list-orders.js';
import type { Hop } from '../../core/triage/hops.js';
import type { TriageSources } from '../../core/triage/triage-sources.js';
import type { ListedRow } from './listed-row.js';
import type { ListPlan } from './options.js';

export interface Page {
  readonly rows: readonly ListedRow[];
  /** The order after which the next page begins; null when this is the last. */
  readonly more: Order | null;
  /** Candidates looked at, when the look ended before it had seen all or found enough; else null. */
  readonly endedAfter: number | null;
}

/** Some seconds of asking Temporal; further ones are a page of their own. */
export const EXAMINED_AT_MOST = 10_000;

/** @throws AppError UNAVAILABLE when Postgres is away */
export async function readPage(
  sources: TriageSources,
  plan: ListPlan,
  after: OrderCursor | undefined,
): Promise<Page> {
  const { filter, wanted, sort, ascending, limit } = plan;
  if (wanted) return readTriagedPage(sources, plan, wanted, after);
  const db = await sources.postgres();
  // One more than is shown tells whether there are more.
  const orders = await listOrders(db, { ...filter, sort, ascending, after, limit: limit + 1 });
  const shown = orders.slice(0, limit);
  return {
    rows: shown.map((order) => ({ order, triaged: null })),
    more: orders.length > limit ? (shown.at(-1) ?? null) : null,
    endedAfter: null,
  };
}

async function readTriagedPage(
  sources: TriageSources,
  { filter, sort, ascending, limit }: ListPlan,
  wanted: ReadonlySet<Hop>,
  after: OrderCursor | undefined,
): Promise<Page> {
  const { scanOrders } = await import('../../core/triage/scan-orders.js');
  const page = { ...filter, sort, ascending, after };
  const scan = scanOrders(sources, { wanted, page, examineAtMost: EXAMINED_AT_MOST });
  const rows: ListedRow[] = [];
  for (;;) {
    const step = await scan.next();
    if (step.done) {
      const { stoppedAfter, examined } = step.value;
      return { rows, more: stoppedAfter, endedAfter: stoppedAfter && examined };
    }
    for (const { order, ...triaged } of step.value.rows) {
      if (rows.length === limit) return { rows, more: rows.at(-1)?.order ?? null, endedAfter: null };
      rows.push({ order, triaged });
    }
  }
}

/** How the next page is asked for; the change of an order is part of its place when it is sorted by that. */
export function cursorTextOf(order: Order, sort: ListPlan['sort']): string {
  return sort === 'updated' ? `${order.orderId}@${order.updatedAt.toISOString()}` : order.orderId;
}

/** @throws AppError ORDER_NOT_FOUND for a cursor that names no order; USAGE for a time that is none */
export async function cursorOf(db: Db, text: string): Promise<OrderCursor> {
  const [orderId = '', time] = text.split('@', 2);
  const order = await findOrder(db, orderId);
  if (!order) throw new AppError('ORDER_NOT_FOUND', `no order ${orderId} to go on after`);
  if (time === undefined) return order;
  const updatedAt = new Date(time);
  if (Number.isNaN(updatedAt.getTime())) {
    throw new AppError('USAGE', `"${time}" in --after is not a time`, {
      hint: 'Write the order id alone, or as the page before has named it',
    });
  }
  return { ...order, updatedAt };
}
