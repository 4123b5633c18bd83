/** What a dead letter carries beside its own headers, and the reasons it can give. */

export const DEAD_LETTER_REASONS = ['NOT_JSON', 'INVALID', 'UNKNOWN_ORDER', 'TOO_MANY_ATTEMPTS'] as const;
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

/** Set when a message is buried, taken off again when it is replayed. */
export const DEAD_LETTER_HEADERS = {
  reason: 'ordersctl-reason',
  detail: 'ordersctl-detail',
  topic: 'ordersctl-source-topic',
  partition: 'ordersctl-source-partition',
  offset: 'ordersctl-source-offset',
  attempts: 'ordersctl-attempts',
  failedAt: 'ordersctl-failed-at',
} as const;

/** How often the message came back from the dead letters: travels with it, and so survives its next burial. */
export const REPLAYS_HEADER = 'ordersctl-replays';
