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
  const entries = Object.entries(given ?? {}).map(([name, value]): [string, HeaderValue] => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    const [first = NOTHING, ...more] = values.filter(isValue).map(toBuffer);
    return [name, more.length === 0 ? first : [first, ...more]];
  });
  return Object.fromEntries(entries);
}

/** Before the value of a header named like a member of every object (`constructor`), the client puts that member. */
function isValue(value: unknown): value is Buffer | string | null | undefined {
  return value === null || value === undefined || typeof value === 'string' || Buffer.isBuffer(value);
}

function toBuffer(value: Buffer | string | null | undefined): Buffer {
  if (value === null || value === undefined) return NOTHING;
  return typeof value === 'string' ? Buffer.from(value) : value;
}
