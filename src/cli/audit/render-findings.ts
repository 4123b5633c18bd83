/** The single things that an audit found of a product. */
import type { AuditedProduct, Found } from '../../core/catalog/audit-report.js';
import { formatDuration } from '../../core/duration.js';
import type { Output } from '../output/output.js';
import { printable } from '../output/printable.js';
import { renderTable, type Column } from '../output/table.js';

/** @returns nothing for a product without findings */
export function renderFindings(output: Output, product: AuditedProduct): string {
  const { productId, leakedHolds, missingHolds, customerCounts, lostMarks } = product;
  const list = <T>(what: string, found: Found<T> | null, columns: Column<T>[]): string[] => {
    if (found === null || found.count === 0) return [];
    const more = found.count - found.first.length;
    return [
      output.colours.heading(`${productId}: ${found.count} ${what}`),
      ...(found.first.length > 0 ? [renderTable(output, columns, found.first)] : []),
      ...(more > 0 ? [`… and ${more} more; --limit lists more of them`] : []),
    ];
  };
  const age = (from: Date) => formatDuration(Math.max(0, Date.now() - from.getTime()));
  return [
    ...list('leaked holds', leakedHolds, [
      { title: 'reservation', value: (hold) => hold.reservationId },
      { title: 'user', value: (hold) => printable(hold.userId) },
      { title: 'units', value: (hold) => String(hold.quantity), align: 'right' },
      { title: 'age', value: (hold) => age(hold.reservedAt), align: 'right' },
      { title: 'because', value: (hold) => BECAUSE[hold.why] },
    ]),
    ...list('orders without hold', missingHolds, [
      { title: 'order', value: (order) => order.orderId },
      { title: 'user', value: (order) => printable(order.userId) },
      { title: 'units', value: (order) => String(order.quantity), align: 'right' },
      { title: 'age', value: (order) => age(order.createdAt), align: 'right' },
    ]),
    ...list('customers counted wrong', customerCounts, [
      { title: 'customer', value: (count) => printable(count.userId) },
      { title: 'counted', value: (count) => String(count.counted), align: 'right' },
      { title: 'actual', value: (count) => String(count.actual), align: 'right' },
    ]),
    ...list('unfinished endings', product.unfinishedEndings, [
      { title: 'order', value: (order) => order.orderId },
      { title: 'status', value: (order) => order.status },
      { title: 'units', value: (order) => String(order.quantity), align: 'right' },
    ]),
    ...list('ended reservations without mark', lostMarks, [
      { title: 'order', value: (order) => order.orderId },
      { title: 'reservation', value: (order) => order.reservationId },
    ]),
    ...list('orders whose money and ending contradict each other', product.misplacedMoney, [
      { title: 'order', value: (order) => order.orderId },
      { title: 'because', value: (order) => MONEY[order.problem] },
    ]),
    ...unbalanced(output, product),
  ].join('\n');
}

function unbalanced(output: Output, product: AuditedProduct): string[] {
  const { productId, seeded, available, held, sold, ordersByStatus } = product;
  if (!product.problems.includes('unbalanced')) return [];
  const claimed = seeded - available;
  return [
    output.colours.heading(
      `${productId}: the stock row claims ${claimed} units, its orders ${held} held + ${sold} sold`,
    ),
    renderTable(
      output,
      [
        { title: 'status', value: (row) => row.status },
        { title: 'orders', value: (row) => String(row.orders), align: 'right' },
        { title: 'units', value: (row) => String(row.units), align: 'right' },
        { title: 'restocked', value: (row) => String(row.restockedUnits), align: 'right' },
      ],
      ordersByStatus,
    ),
  ];
}

const BECAUSE = {
  'no-order': 'no order came',
  ended: 'its order has ended',
  'other-order': 'its id is that of another order',
} as const;

const MONEY = {
  'sold-unpaid': 'confirmed, and nothing was captured',
  kept: 'ended, and its money is not due back',
} as const;
