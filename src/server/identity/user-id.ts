/** What a user id may be, wherever it comes from: bounded before anything is reserved. */
import { LIMITS } from '../../core/order.js';

/** Controls (U+0000 ends a text in Postgres) and lone surrogates (two ids would become one in UTF-8). */
const FORBIDDEN = /[\p{Cc}\p{Cs}]/u;

/** True for 1 to 128 characters without control characters. */
export function isUserId(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length >= 1 &&
    value.length <= LIMITS.userIdLength &&
    !FORBIDDEN.test(value)
  );
}
