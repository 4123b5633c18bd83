/** Keeps kafkajs from re-arming a 1 ms timer for ever on every idle connection. */
import { replaceMethod } from './client-internals.js';

interface RequestQueue {
  readonly pending: readonly unknown[];
}

/**
 * After its first reply each request queue schedules a look at its waiting requests with a negative delay, again
 * and again: about 900 timers a second and 4 % of a core for an idle connection (tulios/kafkajs#1556, fix proposed
 * in #1667), and a warning on Node 24 (#1751). With nothing waiting there is nothing to look at: whoever queues a
 * request schedules the look anyway.
 * @returns whether the client is mended now
 */
export function quietTimers(): boolean {
  return replaceMethod<(this: RequestQueue) => void>(
    'kafkajs/src/network/requestQueue',
    'scheduleCheckPendingRequests',
    (schedule) =>
      function scheduleWhenWaiting() {
        if (this.pending.length > 0) schedule.call(this);
      },
  );
}
