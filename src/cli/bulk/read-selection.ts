/** Which orders a change is about: named, given on standard input, or filtered; never all of them by accident. */
import { AppError } from '../../core/errors.js';
import type { OrderStatus } from '../../core/order.js';
import type { OrderSelection } from '../../core/orders/order-pages.js';
import type { Db } from '../../core/postgres/db.js';
import type { OrderFilter } from '../../core/postgres/list-orders.js';
import { readClock } from '../../core/postgres/read-clock.js';
import type { CliIo } from '../io.js';
import type { SelectionOptions } from './options.js';
import { readExactOrderIds } from '../read-order-ids.js';

export interface Selected {
  readonly selection: OrderSelection;
  /** Each was named, so each is told about; of a filter what does not fit is no news. */
  readonly named: boolean;
  /** One order named by hand is its own confirmation. */
  readonly single: boolean;
  /** For the record of operator actions. */
  readonly asGiven: Readonly<Record<string, unknown>>;
}

/** Ids that go into the record; of more their number. */
const RECORDED_IDS = 100;

/**
 * @param statuses those that can be meant, when no --status says it
 * @throws AppError USAGE without ids and filter, or with both; INPUT_INVALID; UNAVAILABLE
 */
export async function readSelection(
  io: CliIo,
  db: Db,
  orders: readonly string[],
  options: SelectionOptions,
  meant: { readonly statuses: readonly OrderStatus[]; readonly refundable?: OrderFilter['refundable'] },
): Promise<Selected> {
  const { product, user, status, since, olderThan, limit } = options;
  const isFiltered = [product, user, status, since, olderThan].some((option) => option !== undefined);
  if (orders.length > 0) return readNamed(io, orders, isFiltered || limit !== undefined);
  if (!isFiltered) {
    throw new AppError('USAGE', 'which orders? Nothing was named and no filter given', {
      hint: 'Name orders, give - and ids on standard input, or filter by --product, --user, --since or --older-than',
    });
  }
  const now = (await readClock(db)).getTime();
  const selection: OrderSelection = {
    statuses: status ?? meant.statuses,
    productIds: product && [...new Set(product)],
    userId: user,
    createdUntil: new Date(now - (olderThan ?? 0)),
    createdSince: since === undefined ? undefined : new Date(now - since),
    refundable: meant.refundable,
    limit,
  };
  return {
    selection,
    named: false,
    single: false,
    asGiven: { product, user, status, since, olderThan, limit },
  };
}

async function readNamed(io: CliIo, orders: readonly string[], isFiltered: boolean): Promise<Selected> {
  if (isFiltered) throw new AppError('USAGE', 'name orders or filter them, not both');
  const fromInput = orders.includes('-');
  if (fromInput && orders.length > 1)
    throw new AppError('USAGE', 'name orders or give them on standard input, not both');
  const orderIds = fromInput
    ? await readExactOrderIds(io)
    : [...new Set(orders.map((orderId) => orderId.toLowerCase()))];
  return {
    selection: { orderIds },
    named: true,
    single: !fromInput && orderIds.length === 1,
    asGiven: orderIds.length <= RECORDED_IDS ? { orderIds } : { orders: orderIds.length },
  };
}
