/** Puts the hop of an order into one sentence, with the command that mends it. */
import { formatDuration } from '../duration.js';
import type { OrderStatus } from '../order.js';
import type { SagaStatus } from '../temporal/describe-saga.js';
import { findHop, type Hop, type OrderFacts } from './find-hop.js';

export interface DiagnosedOrder extends OrderFacts {
  readonly orderId: string;
  readonly productId: string;
  /** Since the order was accepted. */
  readonly ageMs: number;
  /** Until the time to pay ends, negative when it is over; null before it runs. */
  readonly remainingMs: number | null;
  /** Messages that the group has not handled in the order's partition; null when not known. */
  readonly queueLength: number | null;
}

export interface Diagnosis {
  readonly hop: Hop;
  readonly summary: string;
  /** To paste into a shell; null when there is nothing to mend. */
  readonly command: string | null;
}

export function diagnose(order: DiagnosedOrder): Diagnosis {
  const hop = findHop(order);
  return { hop, summary: summaryOf(hop, order), command: commandFor(hop, order) };
}

function summaryOf(hop: Hop, order: DiagnosedOrder): string {
  const age = formatDuration(order.ageMs);
  switch (hop) {
    case 'not-published':
      return `Accepted ${age} ago and not published to Kafka: no relay has sent it.`;
    case 'queued':
      return `Waits in Kafka${queueOf(order)}: consume has not come to it.`;
    case 'not-started':
      return `consume has passed it in Kafka, and yet no workflow exists: its start was lost.`;
    case 'workflow-gone':
      return `The order is ${order.status} and its workflow ${goneHow(order.saga)}: nobody carries it on.`;
    case 'in-progress':
      return order.status === 'PENDING'
        ? 'Its workflow has started and no worker has begun the order yet.'
        : `Its workflow is at work; the order is ${order.status}.`;
    case 'waiting-for-payment':
      return `Waits for payment${order.remainingMs === null ? '' : `, for ${formatDuration(order.remainingMs)} more`}.`;
    case 'overdue':
      return `The time to pay ended ${formatDuration(-(order.remainingMs ?? 0))} ago and the order is ${order.paid ? 'paid and not confirmed' : 'not ended'}: no worker has acted on it.`;
    case 'hold-not-released':
      return `The order is ${order.status} and its hold is still in Redis: the sweep has not come to it.`;
    case 'done':
      return doneSummary(order.status, order.hold);
    case 'unknown':
      return 'Not enough is known to say: a store could not be asked.';
  }
}

function commandFor(hop: Hop, order: DiagnosedOrder): string | null {
  switch (hop) {
    case 'not-published':
    case 'not-started':
    case 'workflow-gone':
    case 'overdue':
      return `ordersctl replay ${order.orderId}`;
    case 'queued':
      return 'ordersctl consume';
    case 'in-progress':
      return order.status === 'PENDING' ? 'ordersctl worker' : null;
    case 'hold-not-released':
      return `ordersctl audit --product ${order.productId}`;
    case 'waiting-for-payment':
    case 'done':
      return null;
    case 'unknown':
      return `ordersctl inspect ${order.orderId}`;
  }
}

function queueOf({ queueLength }: DiagnosedOrder): string {
  if (queueLength === null) return '';
  return ` (${queueLength} ${queueLength === 1 ? 'message waits' : 'messages wait'} in its partition)`;
}

function goneHow(saga: SagaStatus): string {
  switch (saga) {
    case 'missing':
      return 'does not exist';
    case 'failed':
    case 'completed':
      return `has ${saga}`;
    case 'timed-out':
      return 'has timed out';
    default:
      return `was ${saga}`;
  }
}

function doneSummary(status: OrderStatus, hold: DiagnosedOrder['hold']): string {
  const end = status === 'CONFIRMED' ? 'Confirmed' : `Ended as ${status}`;
  if (hold === 'unknown') return `${end}. Whether its hold is gone is not known.`;
  return status === 'CONFIRMED' ? `${end}; nothing is left to do.` : `${end}; its units were given back.`;
}
