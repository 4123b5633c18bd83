/** How long a request waits until this process gets to read it: the queue that no counter of our own sees. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Sampled by the event loop's own timer, outside JavaScript. */
const RESOLUTION_MS = 10;
/** Long enough that one garbage collection or one burst is not taken for overload, short enough to recover soon. */
const WINDOW_MS = 1_000;

export interface LoopDelay {
  /** Mean wait over the last window. */
  ms(): number;
  stop(): void;
}

/**
 * Delay and not utilization: a loop that works all the time on full batches is busy and well, while what buyers feel
 * is how long they are not read.
 */
export function createLoopDelay(windowMs = WINDOW_MS): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let lastMs = 0;
  histogram.enable();
  const timer = setInterval(() => {
    if (histogram.count > 0) lastMs = meanWaitMs(histogram.mean / 1e6, histogram.stddev / 1e6);
    histogram.reset();
  }, windowMs);
  timer.unref();
  return {
    ms: () => lastMs,
    stop() {
      clearInterval(timer);
      histogram.disable();
    },
  };
}

/**
 * A request is likelier to meet a long turn of the loop than a short one, in proportion to its length, and waits half
 * of it: E[d²] / 2E[d]. The plain mean would hide a second of standstill among a hundred short turns.
 * @param mean of the turns, each at least the resolution long
 */
export function meanWaitMs(mean: number, deviation: number): number {
  if (mean <= 0) return 0;
  return Math.max(0, (mean ** 2 + deviation ** 2) / (2 * mean) - RESOLUTION_MS / 2);
}
