/** How many dead letters there are of each reason. */
import type { DeadLetter } from './dead-letter.js';

export interface ReasonCount {
  /** Null: it does not say. */
  readonly reason: string | null;
  readonly count: number;
  readonly oldest: Date;
  readonly newest: Date;
}

export interface ReasonCounter {
  add(letter: DeadLetter): void;
  readonly total: number;
  /** Most frequent first. */
  counts(): ReasonCount[];
}

/** Something else may write into the topic: beyond this many different reasons, the rest counts as not saying. */
const MAX_REASONS = 50;

export function createReasonCounter(): ReasonCounter {
  const byReason = new Map<string | null, ReasonCount>();
  let total = 0;
  return {
    add({ reason: given, writtenAt }) {
      total += 1;
      const reason = byReason.has(given) || byReason.size < MAX_REASONS ? given : null;
      const known = byReason.get(reason) ?? { reason, count: 0, oldest: writtenAt, newest: writtenAt };
      byReason.set(reason, {
        reason,
        count: known.count + 1,
        oldest: writtenAt < known.oldest ? writtenAt : known.oldest,
        newest: writtenAt > known.newest ? writtenAt : known.newest,
      });
    },
    get total() {
      return total;
    },
    counts: () => [...byReason.values()].sort((a, b) => b.count - a.count),
  };
}
