/** Keeps a least time from one beginning to the next of something that costs as much for one item as for many. */
import { pause } from './back-off.js';

/**
 * @param leastMs of this once, instead of the usual
 * @returns undefined when it is time already, as after a quiet moment: begin in the same turn. Otherwise resolves when it
 *   is time, or when the signal aborts; never rejects
 */
export type Pace = (signal: AbortSignal, leastMs?: number) => Promise<void> | undefined;

export function createPace(everyMs: number): Pace {
  let lastAt = Number.NEGATIVE_INFINITY;
  return (signal, leastMs = everyMs) => {
    const now = performance.now();
    lastAt = Math.max(now, lastAt + leastMs);
    return lastAt > now ? pause(lastAt - now, signal) : undefined;
  };
}
