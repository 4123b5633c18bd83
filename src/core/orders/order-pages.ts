/** Orders that an operator names or filters, page by page: as many as there are, and never more than a page in memory. */
import type { Order, OrderStatus } from '../order.js';
import type { Db } from '../postgres/db.js';
import { listOrders, type OrderCursor, type OrderFilter } from '../postgres/list-orders.js';
import { findNamedOrders } from './find-named-orders.js';

export interface NamedSelection {
  /** In the order in which they come. */
  readonly orderIds: readonly string[];
}

export interface FilteredSelection {
  readonly statuses: readonly OrderStatus[];
  readonly productIds?: readonly string[];
  readonly userId?: string;
  /** Fixed moments: what was planned must not grow while somebody thinks about the question. */
  readonly createdUntil: Date;
  readonly createdSince?: Date;
  readonly refundable?: OrderFilter['refundable'];
  /** Orders at most. */
  readonly limit?: number;
}

export type OrderSelection = NamedSelection | FilteredSelection;

const PAGE = 500;

/**
 * Filtered ones newest first. Walking on while the orders change is safe: the place in the list is the
 * time of acceptance, which never changes.
 * @throws AppError ORDER_NOT_FOUND for an id that names no order; UNAVAILABLE
 */
export async function* orderPages(db: Db, selection: OrderSelection): AsyncGenerator<readonly Order[]> {
  if ('orderIds' in selection) {
    for (let at = 0; at < selection.orderIds.length; at += PAGE)
      yield await findNamedOrders(db, selection.orderIds.slice(at, at + PAGE));
    return;
  }
  const { limit = Infinity, ...filter } = selection;
  let left = limit;
  let after: OrderCursor | undefined;
  while (left > 0) {
    const size = Math.min(PAGE, left);
    const page: readonly Order[] = await listOrders(db, { ...filter, after, limit: size });
    if (page.length > 0) yield page;
    left -= page.length;
    after = page.at(-1);
    if (page.length < size) break;
  }
}
