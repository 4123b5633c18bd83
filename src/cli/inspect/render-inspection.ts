/** One order as an operator reads it: what it is, what each store says, what happened, what to do. */
import { formatDuration } from '../../core/duration.js';
import { formatMoney } from '../../core/money.js';
import type { PartialAnswer } from '../../core/partial-answer.js';
import type { InspectedOrder } from '../../core/triage/inspect-order.js';
import type { CliContext } from '../context.js';
import type { Colours } from '../output/colours.js';
import { printable } from '../output/printable.js';
import { section, type Line } from '../output/section.js';
import { colourOfStatus } from '../output/status-colour.js';
import { refundLines } from './refund-lines.js';
import { actionLines, paymentLines, storeLines } from './store-lines.js';

export function renderInspection(
  { output }: CliContext,
  inspected: InspectedOrder,
  answer: PartialAnswer,
): string {
  const { colours } = output;
  const sections = [
    section(output, `Order ${inspected.orderId ?? '?'}`, orderLines(colours, inspected)),
    section(output, 'Stores', storeLines(colours, inspected, answer)),
    section(output, 'Payments', paymentLines(colours, inspected)),
    section(output, 'Refund', refundLines(colours, inspected)),
    section(output, 'Timeline', timelineLines(inspected)),
    section(output, 'Operators', actionLines(inspected, Date.now())),
    section(output, 'Diagnosis', diagnosisLines(colours, inspected, answer)),
  ];
  return sections.filter((text) => text !== '').join('\n\n');
}

const FOUND_BY = {
  order: null,
  workflow: null,
  reservation: 'its reservation',
  payment: 'its payment',
  user: 'the latest of this customer',
} as const;

function orderLines(colours: Colours, { order, stored, foundBy }: InspectedOrder): Line[] {
  if (!order) return [['status', colours.bad('unavailable')]];
  const found = foundBy && FOUND_BY[foundBy];
  const lines: Line[] = [
    [
      'status',
      `${colourOfStatus(colours, order.status)}${order.failureCode ? ` (${order.failureCode})` : ''}`,
    ],
    ['product', `${order.quantity} × ${printable(order.productId)}`],
    [
      'amount',
      `${formatMoney(order.amount)} (${formatMoney(order.unitPrice)} each)${order.paid ? ', paid' : ''}`,
    ],
    ['customer', printable(order.userId)],
    ['accepted', `${order.createdAt.toISOString()} (${formatDuration(stored?.ageMs ?? 0)} ago)`],
    ['reservation', order.reservationId],
  ];
  if (found) lines.unshift(['found by', found]);
  if (order.payBy) lines.push(['pay by', `${order.payBy.toISOString()}${leftText(stored)}`]);
  if (stored && stored.replayCount > 0) lines.push(['replayed', `${stored.replayCount} times`]);
  if (stored?.reviewReason) lines.push(['review', colours.bad(printable(stored.reviewReason))]);
  return lines;
}

function leftText(stored: InspectedOrder['stored']): string {
  if (!stored || stored.remainingMs === null || stored.status !== 'PAYMENT_PENDING') return '';
  const left = formatDuration(Math.abs(stored.remainingMs));
  return stored.remainingMs > 0 ? ` (in ${left})` : ` (${left} ago)`;
}

function timelineLines({ timeline }: InspectedOrder): Line[] {
  const first = timeline[0]?.occurredAt.getTime() ?? 0;
  return timeline.map((event): Line => {
    const later = `+${formatDuration(event.occurredAt.getTime() - first)}`.padStart(8);
    const unpublished = event.topics.length > 0 && !event.publishedAt ? '  (not published)' : '';
    return [event.occurredAt.toISOString(), `${later}  ${event.type}${unpublished}`];
  });
}

function diagnosisLines(colours: Colours, { diagnosis }: InspectedOrder, answer: PartialAnswer): Line[] {
  const lines: Line[] = [];
  for (const { hop, summary, command } of [diagnosis, ...diagnosis.further]) {
    lines.push([lines.length === 0 ? 'hop' : 'also', hop], ['summary', printable(summary)]);
    if (command) lines.push(['command', colours.accent(command), 'whole']);
  }
  for (const { store, reason } of answer.unavailable) {
    lines.push(['unavailable', `${colours.bad(store)}: ${reason}`]);
  }
  return lines;
}
