/** Which dead letters an operator means. */
import type { DeadLetter } from './dead-letter.js';
import { formatLetterId } from './letter-id.js';
import type { MessagePosition } from '../kafka/port.js';

export interface LetterFilter {
  /** Exactly these. */
  readonly ids?: readonly MessagePosition[];
  /** Why they were buried; any of them. */
  readonly causes?: readonly string[];
  /** Products, as far as values can be read; any of them. */
  readonly productIds?: readonly string[];
  /** Milliseconds since they were buried, at most. */
  readonly sinceMs?: number;
  /** Milliseconds since they were buried, at least. */
  readonly olderThanMs?: number;
}

/** @param now by this host's clock; letters bear the times of the hosts that wrote them, which is near enough to look */
export function createLetterFilter(filter: LetterFilter, now: Date): (letter: DeadLetter) => boolean {
  const ids = filter.ids && new Set(filter.ids.map(formatLetterId));
  const { causes, productIds, sinceMs, olderThanMs } = filter;
  return ({ id, reason, productId, writtenAt }) => {
    const ageMs = now.getTime() - writtenAt.getTime();
    return (
      (ids === undefined || ids.has(id)) &&
      (causes === undefined || (reason !== null && causes.includes(reason))) &&
      (productIds === undefined || (productId !== null && productIds.includes(productId))) &&
      (sinceMs === undefined || ageMs <= sinceMs) &&
      (olderThanMs === undefined || ageMs >= olderThanMs)
    );
  };
}
