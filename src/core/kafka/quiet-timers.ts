/** Keeps kafkajs 2.2.4 from re-arming a 1 ms timer for ever on every idle connection. */
import { createRequire } from 'node:module';
import { z } from 'zod';

const PATCHED_VERSION = '2.2.4';

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests: (this: RequestQueue) => void;
}
const requestQueueSchema = z.custom<{ readonly prototype: RequestQueue }>((value) => {
  if (typeof value !== 'function') return false;
  const prototype = value.prototype as Partial<RequestQueue>;
  return typeof prototype.scheduleCheckPendingRequests === 'function';
});

const patched = new WeakSet<object>();

/**
 * After its first reply each request queue schedules a look at its waiting requests with a negative delay, again
 * and again: about 900 timers a second and 4 % of a core for an idle connection (tulios/kafkajs#1556, fix proposed
 * in #1667), and a warning on Node 24 (#1751). With nothing waiting there is nothing to look at: whoever queues a
 * request schedules the look anyway. Does nothing for any other version of the client, or when its inside differs.
 * @returns whether the client is patched now
 */
export function quietTimers(): boolean {
  const require = createRequire(import.meta.url);
  const installed = z.object({ version: z.string() }).safeParse(require('kafkajs/package.json'));
  if (!installed.success || installed.data.version !== PATCHED_VERSION) return false;
  const queue = requestQueueSchema.safeParse(require('kafkajs/src/network/requestQueue'));
  if (!queue.success) return false;
  const { prototype } = queue.data;
  if (patched.has(prototype)) return true;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleWhenWaiting(this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this);
  };
  patched.add(prototype);
  return true;
}
