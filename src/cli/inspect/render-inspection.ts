/** One order as an operator reads it: what it is, what each store says, what happened, what to do. */
import { formatDuration } from '../../core/duration.js';
import { formatMoney } from '../../core/money.js';
import type { StoreName } from '../../core/partial-answer.js';
import type { InspectedOrder } from '../../core/triage/inspect-order.js';
import type { Colours } from '../output/colours.js';
import type { Output } from '../output/output.js';
import { section, type Line } from '../output/section.js';
import { colourOfStatus } from '../output/status-colour.js';

export function renderInspection(output: Output, orderId: string, inspected: InspectedOrder): string {
  const { colours } = output;
  const sections = [
    section(colours, `Order ${orderId}`, orderLines(colours, inspected)),
    section(colours, 'Stores', storeLines(colours, inspected)),
    section(colours, 'Timeline', timelineLines(inspected)),
    section(colours, 'Diagnosis', diagnosisLines(colours, inspected)),
  ];
  return sections.filter((text) => text !== '').join('\n\n');
}

function orderLines(colours: Colours, { order, clock }: InspectedOrder): Line[] {
  if (!order) return [['status', colours.bad('unavailable')]];
  const lines: Line[] = [
    [
      'status',
      `${colourOfStatus(colours, order.status)}${order.failureCode ? ` (${order.failureCode})` : ''}`,
    ],
    ['product', `${order.quantity} × ${order.productId}`],
    [
      'amount',
      `${formatMoney(order.amount)} (${formatMoney(order.unitPrice)} each)${order.paid ? ', paid' : ''}`,
    ],
    ['customer', order.userId],
    ['accepted', `${order.createdAt.toISOString()} (${formatDuration(clock?.ageMs ?? 0)} ago)`],
    ['reservation', order.reservationId],
  ];
  if (order.payBy) lines.push(['pay by', order.payBy.toISOString()]);
  return lines;
}

function storeLines(colours: Colours, inspected: InspectedOrder): Line[] {
  const { order, hold, timeline, queue, saga, payments, answer } = inspected;
  const unlessAway = (store: StoreName, text: () => string): string =>
    answer.isAway(store) ? colours.bad('unavailable') : text();
  const lines: Line[] = [];
  if (order) {
    const unpublished = timeline.filter((event) => event.topics.length > 0 && !event.publishedAt).length;
    lines.push(
      [
        'hold',
        unlessAway('redis', () => (hold ? `${hold.quantity} units, generation ${hold.generation}` : 'none')),
      ],
      ['outbox', unpublished === 0 ? 'all published' : colours.warning(`${unpublished} not published`)],
      ['queue', unlessAway('kafka', () => queueText(queue))],
    );
  }
  lines.push(['workflow', unlessAway('temporal', () => workflowText(saga))]);
  for (const payment of payments) {
    const declined = payment.declineCode ? ` (${payment.declineCode})` : '';
    lines.push([
      `payment ${payment.attempt}`,
      `${payment.status}${declined}, ${formatMoney(payment.amount)}, ${payment.gateway}`,
    ]);
  }
  return lines;
}

function queueText(queue: InspectedOrder['queue']): string {
  if (!queue) return 'never published';
  const { partition, position } = queue;
  const where = `${partition.topic}/${partition.partition}`;
  const group = `group at ${partition.committed ?? 'the start'} of ${partition.high}`;
  return `${position === 'ahead' ? 'waiting in' : 'passed by consume in'} ${where}, ${group}`;
}

function workflowText(saga: InspectedOrder['saga']): string {
  if (!saga || saga.status === 'missing') return 'none';
  const retrying = saga.pendingActivities
    .filter((activity) => activity.lastFailure !== null)
    .map((activity) => `; ${activity.type} is on attempt ${activity.attempt}: ${activity.lastFailure}`);
  return `${saga.status}, ${saga.historyLength} events${retrying.join('')}`;
}

function timelineLines({ timeline }: InspectedOrder): Line[] {
  const first = timeline[0]?.occurredAt.getTime() ?? 0;
  return timeline.map((event): Line => {
    const later = `+${formatDuration(event.occurredAt.getTime() - first)}`.padStart(8);
    const unpublished = event.topics.length > 0 && !event.publishedAt ? '  (not published)' : '';
    return [event.occurredAt.toISOString(), `${later}  ${event.type}${unpublished}`];
  });
}

function diagnosisLines(colours: Colours, { diagnosis, answer }: InspectedOrder): Line[] {
  const lines: Line[] = [
    ['hop', diagnosis.hop],
    ['summary', diagnosis.summary],
  ];
  if (diagnosis.command) lines.push(['command', colours.accent(diagnosis.command)]);
  for (const { store, reason } of answer.unavailable) {
    lines.push(['unavailable', `${colours.bad(store)}: ${reason}`]);
  }
  return lines;
}
