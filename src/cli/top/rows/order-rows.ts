/** The latest orders as rows. */
import type { OrderStatus } from '../../../core/order.js';
import { formatAge } from '../format/numbers.js';
import { STUCK_AFTER_MS } from '../state/attention.js';
import type { OrderLine } from '../state/details.js';
import type { Meaning } from '../views/colours.js';
import { toRow, type Cell, type ListColumn, type ListRow } from './list-row.js';

/** Whole where there is room, so that it can be marked and pasted. */
export const ORDER_COLUMN: ListColumn = { title: 'ORDER', width: 36, narrow: 12 };

export const ORDER_COLUMNS: readonly ListColumn[] = [
  ORDER_COLUMN,
  { title: 'STATUS', width: 18 },
  { title: 'PRODUCT', width: 10, growsTo: 32 },
  { title: 'QTY', width: 5, align: 'right', drop: 1 },
  { title: 'AMOUNT', width: 13, align: 'right', drop: 2 },
  { title: 'CUSTOMER', width: 20, growsTo: 36, wide: true },
  { title: 'AGE', width: 6, align: 'right' },
];
const STATUS = 1;

export function orderRows(orders: readonly OrderLine[], now: number): ListRow[] {
  return orders.map((order) => {
    const { orderId, status, productId, quantity, amount, userId, failureCode } = order;
    const ageMs = Math.max(0, now - order.createdAt);
    return toRow(
      orderId,
      [idCell(orderId), status, productId, String(quantity), amount, userId, formatAge(ageMs)],
      {
        sortBy: [orderId, status, productId, quantity, order.amountMinor, userId, ageMs],
        meanings: { [STATUS]: meaningOf(status) },
        isProblem: isProblem(order, ageMs),
        text: `${orderId} ${status} ${productId} ${userId} ${failureCode ?? ''}`,
        orderId,
        productId,
        detail: [
          `${orderId}  ${userId}  ${amount}${order.paid ? ', paid' : ''}${failureCode === null ? '' : `  ${failureCode}`}`,
        ],
      },
    );
  });
}

/** Ids made one after another begin alike: their last characters tell them apart. */
export function idCell(orderId: string): Cell {
  return (width) => (width >= orderId.length ? orderId : orderId.slice(-width));
}

function isProblem({ status, paid }: OrderLine, ageMs: number): boolean {
  if (status === 'FAILED' || status === 'CANCELLED' || status === 'EXPIRED') return true;
  return ageMs > STUCK_AFTER_MS && (status === 'PENDING' || (paid && status !== 'CONFIRMED'));
}

export function meaningOf(status: OrderStatus): Meaning {
  if (status === 'CONFIRMED') return 'good';
  return status === 'FAILED' || status === 'CANCELLED' || status === 'EXPIRED' ? 'bad' : 'warning';
}
