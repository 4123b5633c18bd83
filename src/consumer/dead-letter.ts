/** A message that can never be handled, on its way to `orders.reservations.dlq`. */
import { DEAD_LETTER_HEADERS, type DeadLetterReason } from '../core/dead-letters/letter-headers.js';
import type { ConsumedMessage, KafkaRecord, PartitionPosition } from '../core/kafka/port.js';
import { TOPICS } from '../core/names.js';

export interface BadMessage {
  readonly message: ConsumedMessage;
  readonly reason: DeadLetterReason;
  /** For a person: what exactly is wrong with it. */
  readonly detail: string;
  /** How often this process tried to handle it. */
  readonly attempts: number;
}

const DETAIL_LENGTH = 500;

/** Value, key and headers go over byte for byte, so that it can be sent again as it was. */
export function toDeadLetter(bad: BadMessage, from: PartitionPosition, now: Date): KafkaRecord {
  const { message, reason, detail, attempts } = bad;
  const names = DEAD_LETTER_HEADERS;
  return {
    topic: TOPICS.deadLetters,
    key: message.key,
    value: message.value,
    headers: {
      ...message.headers,
      [names.reason]: reason,
      [names.detail]: detail.slice(0, DETAIL_LENGTH),
      [names.topic]: from.topic,
      [names.partition]: String(from.partition),
      [names.offset]: message.offset,
      [names.attempts]: String(attempts),
      [names.failedAt]: now.toISOString(),
    },
  };
}
