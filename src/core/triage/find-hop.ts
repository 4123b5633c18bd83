/** Says where an order stands on its way: the one rule by which `inspect` and `replay` tell what is wrong. */
import type { OrderStatus } from '../order.js';
import type { SagaStatus } from '../temporal/describe-saga.js';

export const HOPS = [
  'not-published',
  'queued',
  'not-started',
  'workflow-gone',
  'in-progress',
  'waiting-for-payment',
  'overdue',
  'hold-not-released',
  'done',
  'unknown',
] as const;
export type Hop = (typeof HOPS)[number];

/** Where the order's reservation event stands towards the consumer group; unknown while Kafka cannot be asked. */
export type QueuePosition = 'ahead' | 'passed' | 'unknown';

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
  readonly hold: 'present' | 'absent' | 'unknown';
}

export function findHop(facts: OrderFacts): Hop {
  switch (facts.status) {
    case 'CONFIRMED':
    case 'FAILED':
    case 'CANCELLED':
    case 'EXPIRED':
      return facts.hold === 'present' ? 'hold-not-released' : 'done';
    case 'PENDING':
      return hopOfPending(facts);
    case 'INVENTORY_RESERVED':
    case 'PAYMENT_PENDING':
    case 'PAYMENT_CONFIRMED':
      return hopOfBegun(facts);
  }
}

/** No saga has touched it: either none was started, or the one that was has died or not come to it yet. */
function hopOfPending({ published, queue, saga }: OrderFacts): Hop {
  if (hasEnded(saga)) return 'workflow-gone';
  if (isRunning(saga)) return 'in-progress';
  if (!published) return 'not-published';
  if (queue === 'ahead') return 'queued';
  return queue === 'passed' && saga === 'missing' ? 'not-started' : 'unknown';
}

/** A saga has begun it, so one that is missing by now is as gone as one that failed. */
function hopOfBegun({ status, paid, overdue, saga }: OrderFacts): Hop {
  // Whatever has become of its saga, and whether or not it is paid: it is decided without one.
  if (status === 'PAYMENT_PENDING' && overdue) return 'overdue';
  if (hasEnded(saga) || saga === 'missing') return 'workflow-gone';
  if (status === 'PAYMENT_PENDING' && !paid) return 'waiting-for-payment';
  return isRunning(saga) ? 'in-progress' : 'unknown';
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
