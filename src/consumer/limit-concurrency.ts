/** Bounds how much is in flight in the whole process, whichever partition asks. */

export interface Limit {
  /** Runs `work` as soon as fewer than the limit are running. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createLimit(atOnce: number): Limit {
  const queue: (() => void)[] = [];
  let running = 0;
  return {
    async run(work) {
      if (running >= atOnce) await new Promise<void>((go) => queue.push(go));
      else running += 1;
      try {
        return await work();
      } finally {
        // The place is passed on, not freed, so that nobody slips in between.
        const next = queue.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}

/**
 * Runs `work` over all items under the limit. After a failure nothing more is begun; it rejects with the first one
 * once everything in flight has ended, so that the caller knows that nothing goes on behind its back.
 */
export async function runAll<T>(
  limit: Limit,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  let failed = false;
  const results = await Promise.allSettled(
    items.map((item) =>
      limit.run(async () => {
        if (failed) return;
        try {
          await work(item);
        } catch (error) {
          failed = true;
          throw error;
        }
      }),
    ),
  );
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}
