/** Keeps a least time from one beginning to the next of something that costs as much for one item as for many. */
import { pause } from './back-off.js';

/**
 * @returns undefined when it is time already, as after a quiet moment: begin in the same turn. Otherwise resolves when it
 *   is time, or when the signal aborts; never rejects
 */
export type Pace = (signal: AbortSignal) => Promise<void> | undefined;

export function createPace(everyMs: number): Pace {
  let nextAt = 0;
  return (signal) => {
    const now = performance.now();
    const early = nextAt - now;
    nextAt = Math.max(now, nextAt) + everyMs;
    return early > 0 ? pause(early, signal) : undefined;
  };
}
