/** Puts where an order stands into one sentence each, with the command that mends it. */
import { formatDuration } from '../duration.js';
import type { OrderStatus } from '../order.js';
import type { SagaStatus } from '../temporal/describe-saga.js';
import { commandFor } from './command-for.js';
import { findHops, type Hop, type OrderFacts } from './find-hop.js';

export interface DiagnosedOrder extends OrderFacts {
  readonly orderId: string;
  readonly productId: string;
  /** Since the order was accepted. */
  readonly ageMs: number;
  /** Until the time to pay ends, negative when it is over; null before it runs. */
  readonly remainingMs: number | null;
  /** Messages that the group has not handled in the order's partition; null when not known. */
  readonly queueLength: number | null;
  /** Why a person was asked. */
  readonly reviewReason?: string | null;
  /** The step that fails again and again, in words. */
  readonly failingStep?: string | null;
}

export interface Finding {
  readonly hop: Hop;
  readonly summary: string;
  /** To paste into a shell; null when there is nothing to mend, or no command mends it. */
  readonly command: string | null;
}

export interface Diagnosis extends Finding {
  /** What else is wrong, with the order or with its product. */
  readonly further: readonly Finding[];
}

export function diagnose(order: DiagnosedOrder): Diagnosis {
  const [first, ...further] = findHops(order).map(
    (hop): Finding => ({ hop, summary: summaryOf(hop, order), command: commandFor(hop, order) }),
  );
  if (!first) throw new Error('an order stands somewhere');
  return { ...first, further };
}

function summaryOf(hop: Hop, order: DiagnosedOrder): string {
  const age = formatDuration(order.ageMs);
  const silent = formatDuration(order.closer?.silentMs ?? 0);
  switch (hop) {
    case 'not-published':
      return `Accepted ${age} ago and not published to Kafka: no relay has sent it.`;
    case 'queued':
      return `Waits in Kafka${queueOf(order)}: consume has not come to it.`;
    case 'not-started':
      return 'consume has passed it in Kafka, and yet no workflow exists: its start was lost, or it lies among the dead letters.';
    case 'workflow-gone':
      return `The order is ${order.status} and its workflow ${goneHow(order.saga)}: nobody carries it on.`;
    case 'not-begun':
      return `Its workflow has started and for ${silent} no worker has begun the order: no worker is there, or none comes to it.`;
    case 'in-progress':
      return order.status === 'PENDING'
        ? 'Its workflow has started and no worker has begun the order yet.'
        : `Its workflow is at work; the order is ${order.status}.`;
    case 'step-failing':
      return `Its workflow tries a step again and again: ${order.failingStep ?? 'it fails each time'}.`;
    case 'waiting-for-payment':
      return `Waits for payment${order.remainingMs === null ? '' : `, for ${formatDuration(order.remainingMs)} more`}.`;
    case 'payment-unasked':
      return `A payment was recorded ${silent} ago to be asked for, and no worker asks the gateway for it.`;
    case 'paid-not-confirmed':
      return `It is paid, and for ${silent} nobody has confirmed it: its workflow has not heard of the payment.`;
    case 'overdue':
      return `The time to pay ended ${formatDuration(-(order.remainingMs ?? 0))} ago and the order is ${order.paid ? 'paid and not confirmed' : 'not ended'}: no worker has acted on it.`;
    case 'payment-late':
      return 'Money came after the order had expired, and nobody has decided yet whether it is sold after all or goes back.';
    case 'refund-due':
      return `The order is ${order.status} and money that was taken for it must go back: no worker has done it.`;
    case 'needs-review':
      return `A person must decide: ${order.reviewReason ?? 'it was handed to a person'}.`;
    case 'hold-missing':
      return `The order is ${order.status} and Redis has no hold of it: it was taken out by hand or lost, and its units would not come back.`;
    case 'hold-not-released':
      return order.hold === 'present'
        ? `The order is ${order.status} and its hold is still in Redis: the sweep has not come to it.`
        : `The order is ${order.status} and its ending is not marked as done in Redis: the sweep has not come to it.`;
    case 'not-loaded':
      return `Redis does not hold ${order.productId} as PostgreSQL knows it, so nobody can buy it and its holds cannot be seen.`;
    case 'counter-off':
      return driftOf(order);
    case 'done':
      return doneSummary(order.status, order.hold);
    case 'unknown':
      return 'Not enough is known to say: a store could not be asked.';
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

function driftOf({ productId, closer }: DiagnosedOrder): string {
  const drift = closer?.drift ?? 0;
  const units = `${Math.abs(drift)} ${Math.abs(drift) === 1 ? 'unit' : 'units'}`;
  const effect = drift < 0 ? 'they cannot be sold' : 'buyers are let in for nothing';
  return `Redis has ${units} of ${productId} too ${drift < 0 ? 'few' : 'many'}: ${effect}.`;
}

function doneSummary(status: OrderStatus, hold: DiagnosedOrder['hold']): string {
  const end = status === 'CONFIRMED' ? 'Confirmed' : `Ended as ${status}`;
  if (hold === 'unknown') return `${end}. Whether its hold is gone is not known.`;
  return status === 'CONFIRMED' ? `${end}; nothing is left to do.` : `${end}; its units were given back.`;
}
