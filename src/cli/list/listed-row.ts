/** One line of a list, and how it is published and drawn. */
import { formatDuration } from '../../core/duration.js';
import { formatMoney } from '../../core/money.js';
import type { Order } from '../../core/order.js';
import type { Diagnosis } from '../../core/triage/diagnose.js';
import { NEEDS_SOMEBODY, type Hop } from '../../core/triage/hops.js';
import type { GlobalFlags } from '../global-flags.js';
import { inContext } from '../in-context.js';
import type { Output } from '../output/output.js';
import { printable } from '../output/printable.js';
import { colourOfStatus } from '../output/status-colour.js';
import { renderTable, type Column } from '../output/table.js';

export interface ListedRow {
  readonly order: Order;
  /** Null when nobody asked where it stands. */
  readonly triaged: { readonly hops: readonly Hop[]; readonly diagnosis: Diagnosis } | null;
}

/** The published shape; fields are only ever added. */
export function toRowJson({ order, triaged }: ListedRow, flags: GlobalFlags) {
  if (!triaged) return order;
  const { hop, summary, command } = triaged.diagnosis;
  return { ...order, hop, hops: triaged.hops, summary, command: inContext(flags, command) };
}

/** @param now milliseconds */
export function renderRows(output: Output, rows: readonly ListedRow[], now: number): string {
  const { colours } = output;
  const hopColumn: Column<ListedRow> = {
    title: 'hop',
    value: ({ triaged }) =>
      (triaged?.hops ?? []).map((hop) => (NEEDS_SOMEBODY.has(hop) ? colours.bad(hop) : hop)).join(','),
  };
  return renderTable<ListedRow>(
    output,
    [
      { title: 'order', value: ({ order }) => order.orderId },
      { title: 'status', value: ({ order }) => colourOfStatus(colours, order.status) },
      ...(rows.some(({ triaged }) => triaged) ? [hopColumn] : []),
      { title: 'product', value: ({ order }) => printable(order.productId) },
      { title: 'qty', value: ({ order }) => String(order.quantity), align: 'right' },
      { title: 'amount', value: ({ order }) => formatMoney(order.amount), align: 'right' },
      { title: 'user', value: ({ order }) => printable(order.userId) },
      {
        title: 'age',
        value: ({ order }) => formatDuration(Math.max(0, now - order.createdAt.getTime())),
        align: 'right',
      },
    ],
    rows,
  );
}
