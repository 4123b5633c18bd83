/** Waits with an end, for work that may never settle. */

/** @returns false when the work was not settled after `ms`, or the signal came first */
export function within(work: Promise<unknown>, ms: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const late = () => end(false);
    const timer = setTimeout(late, ms);
    function end(settled: boolean): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', late);
      resolve(settled);
    }
    if (signal?.aborted) return end(false);
    signal?.addEventListener('abort', late);
    const done = () => end(true);
    work.then(done, done);
  });
}
