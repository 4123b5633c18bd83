/** A message of the client in the words of the port. */
import type { KafkaMessage } from 'kafkajs';
import type { ConsumedMessage, HeaderValue } from './port.js';

const NOTHING = Buffer.alloc(0);

/**
 * Byte for byte, with one exception: a header without a value, which the client reads as null (whatever its types
 * say) and cannot write, becomes an empty one.
 */
export function toMessage({ offset, key, value, headers }: KafkaMessage): ConsumedMessage {
  return { offset, key, value, headers: toHeaders(headers) };
}

function toHeaders(given: KafkaMessage['headers']): Record<string, HeaderValue> {
  const entries = Object.entries(given ?? {}).map(([name, value]): [string, HeaderValue] => [
    name,
    Array.isArray(value) ? value.map(toBuffer) : toBuffer(value),
  ]);
  return Object.fromEntries(entries);
}

function toBuffer(value: Buffer | string | null | undefined): Buffer {
  if (value === null || value === undefined) return NOTHING;
  return typeof value === 'string' ? Buffer.from(value) : value;
}
