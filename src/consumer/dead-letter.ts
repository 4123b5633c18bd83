/** A message that can never be handled, on its way to `orders.reservations.dlq`. */
import type { ConsumedMessage, KafkaRecord, PartitionPosition } from '../core/kafka/port.js';
import { TOPICS } from '../core/names.js';

export type DeadLetterReason = 'NOT_JSON' | 'INVALID' | 'UNKNOWN_ORDER';

export interface BadMessage {
  readonly message: ConsumedMessage;
  readonly reason: DeadLetterReason;
  /** For a person: what exactly is wrong with it. */
  readonly detail: string;
}

/** Headers that a dead letter carries beside its own. */
export const DEAD_LETTER_HEADERS = {
  reason: 'ordersctl-reason',
  detail: 'ordersctl-detail',
  topic: 'ordersctl-source-topic',
  partition: 'ordersctl-source-partition',
  offset: 'ordersctl-source-offset',
  failedAt: 'ordersctl-failed-at',
} as const;

const DETAIL_LENGTH = 500;

/** Value and headers go over byte for byte, so that it can be sent again as it was. */
export function toDeadLetter(bad: BadMessage, from: PartitionPosition, now: Date): KafkaRecord {
  const { message, reason, detail } = bad;
  const names = DEAD_LETTER_HEADERS;
  return {
    topic: TOPICS.deadLetters,
    key: message.key ?? `${from.partition}-${message.offset}`,
    value: message.value,
    headers: {
      ...message.headers,
      [names.reason]: reason,
      [names.detail]: detail.slice(0, DETAIL_LENGTH),
      [names.topic]: from.topic,
      [names.partition]: String(from.partition),
      [names.offset]: message.offset,
      [names.failedAt]: now.toISOString(),
    },
  };
}
