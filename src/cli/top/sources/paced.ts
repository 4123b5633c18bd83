/** Repeats a costly look as seldom as its own duration demands, however often it is asked for. */

export interface PacedOptions {
  /** What one poll may take of the store, on average, in ms. */
  readonly msPerPoll: number;
  /** For tests. */
  readonly now?: () => number;
}

export interface PacedAnswer<T> {
  readonly value: T;
  /** False for the answer of an earlier call. */
  readonly fresh: boolean;
}

/**
 * A look that took three times what a poll may take is repeated with every third call; in between its last answer
 * stands. After one that failed the next call looks again.
 * @returns rejects as `look` does
 */
export function paced<T>(
  look: () => Promise<T>,
  { msPerPoll, now = () => performance.now() }: PacedOptions,
): () => Promise<PacedAnswer<T>> {
  let owedMs = 0;
  let last: { readonly value: T } | undefined;
  return async () => {
    owedMs -= msPerPoll;
    if (last && owedMs > 0) return { value: last.value, fresh: false };
    const startedAt = now();
    last = undefined;
    last = { value: await look() };
    owedMs = now() - startedAt;
    return { value: last.value, fresh: true };
  };
}
