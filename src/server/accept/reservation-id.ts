/** Names a buyer's attempt before its first side effect; everything that makes retries safe hangs on this id (I5). */
import { hash, randomUUID } from 'node:crypto';

/** RFC 9562 name space of this product, chosen once; another one would make every key a new order. */
const NAMESPACE = Buffer.from('8e2b6c1d4f0a5e939d1c7a6b3f2e5d40', 'hex');

/**
 * UUIDv5 over prefix, user and key, each preceded by its length, so that no two triples share a name.
 * @param prefix ORDERSCTL_PREFIX: one key of one user is another attempt for another tenant
 */
export function keyedReservationId(prefix: string, userId: string, idempotencyKey: string): string {
  const name = [prefix, userId, idempotencyKey].map((part) => `${part.length}:${part}`).join('');
  const digest = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(name, 'utf8')]), 'hex');
  const variant = ((parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return toUuid(`${digest.slice(0, 12)}5${digest.slice(13, 16)}${variant}${digest.slice(17, 32)}`);
}

/** UUIDv7: grows with time, so that the unique index is appended to instead of being written all over. */
export function freshReservationId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  // The random bits and the variant of a UUIDv4 are those that a UUIDv7 wants.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

function toUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
