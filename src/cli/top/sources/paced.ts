/** Repeats a costly look as seldom as its cost demands, however often it is asked for. */

export interface PacedOptions<T> {
  /** What one poll may take of the store, on average, in ms. */
  readonly msPerPoll: number;
  /**
   * What a look has taken of the store, in ms, told by its answer: a time that was measured here would call a look
   * costly on a machine that is busy. Without it the time it took is taken all the same.
   */
  readonly costOf?: (value: T) => number;
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
  { msPerPoll, costOf }: PacedOptions<T>,
): () => Promise<PacedAnswer<T>> {
  let owedMs = 0;
  let last: { readonly value: T } | undefined;
  return async () => {
    owedMs -= msPerPoll;
    if (last && owedMs > 0) return { value: last.value, fresh: false };
    const startedAt = performance.now();
    last = undefined;
    const value = await look();
    last = { value };
    owedMs = costOf ? costOf(value) : performance.now() - startedAt;
    return { value, fresh: true };
  };
}
