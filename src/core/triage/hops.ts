/** The names of where an order can stand, and which of them need somebody. */

export const HOPS = [
  'not-published',
  'queued',
  'not-started',
  'workflow-gone',
  'not-begun',
  'in-progress',
  'step-failing',
  'waiting-for-payment',
  'payment-unasked',
  'paid-not-confirmed',
  'overdue',
  'payment-late',
  'refund-due',
  'needs-review',
  'hold-missing',
  'hold-not-released',
  'not-loaded',
  'counter-off',
  'done',
  'unknown',
] as const;
export type Hop = (typeof HOPS)[number];

/** Where an order does not come any further by itself, as far as is known. What is wrong with its product is not the order's. */
export const NEEDS_SOMEBODY: ReadonlySet<Hop> = new Set([
  'not-published',
  'queued',
  'not-started',
  'workflow-gone',
  'not-begun',
  'step-failing',
  'payment-unasked',
  'paid-not-confirmed',
  'overdue',
  'payment-late',
  'refund-due',
  'needs-review',
  'hold-missing',
  'hold-not-released',
]);

/** What each says, for help and documentation. */
export const HOP_MEANINGS: Readonly<Record<Hop, string>> = {
  'not-published': 'no relay has sent it to Kafka',
  queued: 'waits in Kafka; consume has not come to it',
  'not-started': 'consume has passed it, and no workflow exists',
  'workflow-gone': 'its workflow was terminated, failed or deleted',
  'not-begun': 'its workflow has started, and no worker has begun it',
  'in-progress': 'its workflow is at work',
  'step-failing': 'a step of its workflow fails again and again',
  'waiting-for-payment': 'waits for the customer or the gateway',
  'payment-unasked': 'a payment was recorded to be asked for, and nobody asks',
  'paid-not-confirmed': 'the money came, and nobody confirms the order',
  overdue: 'the time to pay is over, and nobody ends it',
  'payment-late': 'money came after it had expired; not decided yet',
  'refund-due': 'money must go back',
  'needs-review': 'a person must decide',
  'hold-missing': 'Redis has lost its hold',
  'hold-not-released': 'it has ended, and Redis was not told',
  'not-loaded': 'Redis does not hold its product',
  'counter-off': "its product's counter in Redis is wrong",
  done: 'nothing is left to do',
  unknown: 'a store could not be asked',
};
