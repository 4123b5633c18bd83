/** How long to wait before trying again something that is away. */

export interface BackOff {
  /** The next wait in ms: twice the last one up to the maximum, with jitter so that replicas do not try in step. */
  next(): number;
  /** It answered: begin again with the first wait. */
  reset(): void;
}

/** @param options milliseconds */
export function createBackOff(options: { firstMs: number; maxMs: number; random?: () => number }): BackOff {
  const random = options.random ?? Math.random;
  let wait = options.firstMs;
  return {
    next() {
      const now = wait;
      wait = Math.min(wait * 2, options.maxMs);
      return Math.round(now * (0.75 + random() / 2));
    },
    reset() {
      wait = options.firstMs;
    },
  };
}

/** Resolves after `ms`, or at once when the signal aborts; never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
