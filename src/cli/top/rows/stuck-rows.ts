/** Orders that need somebody as rows, each with where it stands and the command that mends it. */
import { formatAge } from '../format/numbers.js';
import type { StuckLine, StuckLook } from '../state/details.js';
import { idCell, meaningOf, ORDER_COLUMN } from './order-rows.js';
import { toRow, type ListColumn, type ListRow } from './list-row.js';

export const STUCK_COLUMNS: readonly ListColumn[] = [
  { title: 'HOP', width: 19 },
  ORDER_COLUMN,
  { title: 'STATUS', width: 18, drop: 1 },
  { title: 'PRODUCT', width: 10, growsTo: 32 },
  { title: 'CUSTOMER', width: 20, growsTo: 36, wide: true },
  { title: 'AGE', width: 6, align: 'right' },
];
const HOP = 0;
const STATUS = 2;

export function stuckRows(orders: readonly StuckLine[], now: number): ListRow[] {
  return orders.map((order) => {
    const { orderId, hop, status, productId, userId, summary, command } = order;
    const ageMs = Math.max(0, now - order.createdAt);
    return toRow(orderId, [hop, idCell(orderId), status, productId, userId, formatAge(ageMs)], {
      sortBy: [hop, orderId, status, productId, userId, ageMs],
      meanings: { [HOP]: 'bad', [STATUS]: meaningOf(status) },
      isProblem: true,
      text: `${hop} ${orderId} ${status} ${productId} ${userId}`,
      orderId,
      productId,
      detail: [summary],
      command,
    });
  });
}

/** `not-started 12, workflow-gone 3`, most first. */
export function hopCounts({ orders }: StuckLook): string {
  const counts = new Map<string, number>();
  for (const { hop } of orders) counts.set(hop, (counts.get(hop) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([hop, count]) => `${hop} ${count}`)
    .join(', ');
}
