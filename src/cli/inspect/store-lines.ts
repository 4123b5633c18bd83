/** What each store says about an order, line by line. */
import { formatDuration } from '../../core/duration.js';
import { formatMoney } from '../../core/money.js';
import type { PartialAnswer, StoreName } from '../../core/partial-answer.js';
import type { InspectedOrder } from '../../core/triage/inspect-order.js';
import type { Colours } from '../output/colours.js';
import { printable } from '../output/printable.js';
import type { Line } from '../output/section.js';
import { historyText } from './history-text.js';

export function storeLines(colours: Colours, inspected: InspectedOrder, answer: PartialAnswer): Line[] {
  const { order, timeline, queue, saga, history } = inspected;
  const unlessAway = (store: StoreName, text: () => string): string =>
    answer.isAway(store) ? colours.bad('unavailable') : text();
  const lines: Line[] = [];
  if (order) {
    const unpublished = timeline.filter((event) => event.topics.length > 0 && !event.publishedAt).length;
    lines.push(
      ['hold', unlessAway('redis', () => holdText(inspected))],
      ['outbox', unpublished === 0 ? 'all published' : colours.warning(`${unpublished} not published`)],
    );
    if (inspected.drift) {
      lines.push(['counter', colours.bad(`${signed(inspected.drift)} ${order.productId} in Redis`)]);
    }
  }
  if (order || queue || answer.isAway('kafka')) {
    lines.push(...queueLines(queue, (text) => unlessAway('kafka', text)));
  }
  lines.push(['workflow', unlessAway('temporal', () => workflowText(saga))]);
  for (const text of history ? historyText(history) : []) lines.push(['', text]);
  for (const { type, attempt, lastFailure } of saga?.pendingActivities ?? []) {
    const failure = lastFailure === null ? '' : `: ${printable(lastFailure)}`;
    lines.push(['', colours.warning(`${type} is pending, attempt ${attempt}${failure}`)]);
  }
  return lines;
}

function holdText({ hold, holdState }: InspectedOrder): string {
  if (hold)
    return `${hold.quantity} ${hold.quantity === 1 ? 'unit' : 'units'}, generation ${hold.generation}`;
  switch (holdState) {
    case 'not-loaded':
      return 'not known: Redis does not hold the product';
    case 'ended':
      return 'none, and the mark of its end';
    default:
      return 'none';
  }
}

function queueLines(queue: InspectedOrder['queue'], unlessAway: (text: () => string) => string): Line[] {
  if (!queue) return [['queue', unlessAway(() => 'never published')]];
  const { partition, position, offsets } = queue;
  const where = `${partition.topic}/${partition.partition}`;
  const at = offsets ? `, offset ${rangeText(offsets.from, offsets.before)}` : '';
  const group = `group at ${partition.committed ?? 'the start'} of ${partition.high}, ${partition.lag} behind`;
  return [
    ['queue', `${POSITIONS[position]} ${where}${at}`],
    ['', group],
  ];
}

const POSITIONS = { ahead: 'waiting in', passed: 'passed by consume in', unknown: 'would lie in' } as const;

function rangeText(from: string, before: string): string {
  const last = (BigInt(before) - 1n).toString();
  return last === from ? from : `${from} to ${last}`;
}

function workflowText(saga: InspectedOrder['saga']): string {
  if (!saga || saga.status === 'missing') return 'none';
  return `${saga.status}, ${saga.historyLength} events, run ${saga.runId ?? '?'}`;
}

export function paymentLines(colours: Colours, { payments }: InspectedOrder): Line[] {
  return payments.map((payment): Line => {
    const declined = payment.declineCode ? ` (${printable(payment.declineCode)})` : '';
    const reference = payment.gatewayReference ? `, ${printable(payment.gatewayReference)}` : '';
    const refund = payment.refundReference ? `, refund ${printable(payment.refundReference)}` : '';
    const status = payment.status === 'CAPTURED' ? colours.good(payment.status) : payment.status;
    return [
      `attempt ${payment.attempt}`,
      `${status}${declined}, ${formatMoney(payment.amount)}, ${payment.gateway}${reference}${refund}`,
    ];
  });
}

/** @param now milliseconds */
export function actionLines({ actions }: InspectedOrder, now: number): Line[] {
  return actions.map(({ at, actor, host, command, reason }): Line => {
    const why = reason === null ? '' : `: ${printable(reason)}`;
    const ago = formatDuration(Math.max(0, now - at.getTime()));
    return [at.toISOString(), `${command} by ${printable(actor)} on ${printable(host)}, ${ago} ago${why}`];
  });
}

function signed(units: number): string {
  return units > 0 ? `+${units}` : String(units);
}
