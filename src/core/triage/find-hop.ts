/** Says where an order stands on its way: the one rule by which `inspect`, `list` and `replay` tell what is wrong. */
import { isFinal, type OrderStatus } from '../order.js';
import type { SagaStatus } from '../temporal/describe-saga.js';
import { NEEDS_SOMEBODY, type Hop } from './hops.js';

export { HOPS, type Hop } from './hops.js';

/** Where the order's reservation event stands towards the consumer group; unknown while Kafka cannot be asked. */
export type QueuePosition = 'ahead' | 'passed' | 'unknown';

/** not-loaded: Redis does not hold the product, or under another epoch, so its holds say nothing. */
export type HoldState = 'present' | 'absent' | 'ended' | 'not-loaded' | 'unknown';

export interface OrderFacts {
  readonly status: OrderStatus;
  readonly paid: boolean;
  /** The time to pay is over, by Postgres's clock. */
  readonly overdue: boolean;
  /** Kafka has acknowledged the reservation event, the one a replay put back included. */
  readonly published: boolean;
  readonly queue: QueuePosition;
  /** 'unknown' while Temporal cannot be asked. */
  readonly saga: SagaStatus;
  /** absent: neither a hold nor a mark of its end. ended: no hold, and the mark of its end. */
  readonly hold: HoldState;
  /** What only a closer look tells; left out, nothing is concluded from it. */
  readonly closer?: CloserFacts;
}

export interface CloserFacts {
  /** Since anything about the order or its newest payment changed. */
  readonly silentMs: number;
  /** The newest payment waits for the gateway's answer, or none was asked for. */
  readonly paymentOpen: boolean;
  /** A worker is at one of its steps, or tries it again after a failure. */
  readonly sagaBusy: boolean;
  /** A step of the saga fails again and again. */
  readonly stepFails: boolean;
  /** The Redis half of its ending is marked as done. */
  readonly holdDone: boolean;
  /** Claimed again for a late payment: its hold may not be taken yet. */
  readonly lateClaim: boolean;
  readonly latePayment: boolean;
  readonly refundDue: boolean;
  readonly forReview: boolean;
  /** Units that the counter of its product has too many in Redis; null when not known. */
  readonly drift: number | null;
}

/** The same grace that the sweeps give before they take an order for forgotten. */
export const FORGOTTEN_AFTER_MS = 60_000;

export function findHop(facts: OrderFacts): Hop {
  return findHops(facts)[0] ?? 'unknown';
}

/** All that can be said, what needs somebody first: a person's decision, then the order itself, then its product. */
export function findHops(facts: OrderFacts): readonly Hop[] {
  const own = ownHop(facts);
  const broken = NEEDS_SOMEBODY.has(own);
  const ofHold = hopsOfHold(facts);
  const ofMoney = hopsOfMoney(facts);
  const first = [...ofMoney, ...(broken ? [own] : []), ...ofHold];
  // That an order is done is said only when nothing of it is left to do.
  const rest = broken || (own === 'done' && first.length > 0) ? [] : [own];
  return [...first, ...rest, ...hopsOfProduct(facts)];
}

function ownHop(facts: OrderFacts): Hop {
  if (facts.status === 'PENDING') return hopOfPending(facts);
  return isFinal(facts.status) ? 'done' : hopOfBegun(facts);
}

/** No saga has touched it: either none was started, or the one that was has died or not come to it yet. */
function hopOfPending({ published, queue, saga, closer }: OrderFacts): Hop {
  if (hasEnded(saga)) return 'workflow-gone';
  if (isRunning(saga)) {
    if (closer?.stepFails) return 'step-failing';
    return closer && closer.silentMs >= FORGOTTEN_AFTER_MS ? 'not-begun' : 'in-progress';
  }
  if (!published) return 'not-published';
  if (queue === 'ahead') return 'queued';
  return queue === 'passed' && saga === 'missing' ? 'not-started' : 'unknown';
}

/** A saga has begun it, so one that is missing by now is as gone as one that failed. */
function hopOfBegun({ status, paid, overdue, saga, closer }: OrderFacts): Hop {
  // Whatever has become of its saga, and whether or not it is paid: it is decided without one.
  if (status === 'PAYMENT_PENDING' && overdue) return 'overdue';
  if (hasEnded(saga) || saga === 'missing') return 'workflow-gone';
  if (closer?.stepFails) return 'step-failing';
  const forgotten = closer !== undefined && closer.silentMs >= FORGOTTEN_AFTER_MS && !closer.sagaBusy;
  if (status === 'PAYMENT_PENDING' && !paid)
    return forgotten && closer.paymentOpen && isRunning(saga) ? 'payment-unasked' : 'waiting-for-payment';
  if (forgotten && paid) return 'paid-not-confirmed';
  return isRunning(saga) ? 'in-progress' : 'unknown';
}

function hopsOfHold({ status, hold, closer }: OrderFacts): Hop[] {
  if (!isFinal(status)) {
    const missing = hold === 'absent' || hold === 'ended';
    return missing && closer && !closer.lateClaim ? ['hold-missing'] : [];
  }
  if (hold === 'present') return ['hold-not-released'];
  if (!closer || closer.holdDone) return [];
  // Giving back what is not there gives nothing back; a sale that is settled needs no hold.
  if (hold === 'absent' && status !== 'CONFIRMED') return ['hold-missing'];
  return closer.silentMs >= FORGOTTEN_AFTER_MS && hold !== 'not-loaded' ? ['hold-not-released'] : [];
}

function hopsOfMoney({ closer }: OrderFacts): Hop[] {
  if (!closer) return [];
  const hops: Hop[] = [];
  if (closer.forReview) hops.push('needs-review');
  if (closer.latePayment) hops.push('payment-late');
  // What a gateway refuses to give back is due, and in review: only a person gets any further.
  if (closer.refundDue && !closer.forReview) hops.push('refund-due');
  return hops;
}

function hopsOfProduct({ status, hold, closer }: OrderFacts): Hop[] {
  const hops: Hop[] = [];
  if (hold === 'not-loaded' && (!isFinal(status) || closer?.holdDone === false)) hops.push('not-loaded');
  if (closer?.drift) hops.push('counter-off');
  return hops;
}

function isRunning(saga: SagaStatus): boolean {
  return saga === 'running' || saga === 'paused' || saga === 'continued-as-new';
}

function hasEnded(saga: SagaStatus): boolean {
  return (
    saga === 'failed' ||
    saga === 'cancelled' ||
    saga === 'terminated' ||
    saga === 'timed-out' ||
    saga === 'completed'
  );
}
