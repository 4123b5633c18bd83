/** Bounds how long a buyer's request waits for an answer of Redis. */
import { ORDERS_COMMAND_TIMEOUT_MS } from './create-redis.js';
import { toRedisError } from './redis-errors.js';

/**
 * The client's own timeout starts when a command is written, and auto-pipelining may let it wait behind a stuck
 * batch; this bounds the whole. After a busy moment of this process timers run before sockets are read: the deadline
 * therefore strikes only after what has arrived was read, or a burst of requests would look like a dead Redis.
 * @throws AppError UNAVAILABLE: what became of the command is then unknown
 */
export async function withinDeadline<T>(
  reply: Promise<T>,
  deadlineMs: number = ORDERS_COMMAND_TIMEOUT_MS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const strike = () => reject(toRedisError(new Error(`no answer within ${deadlineMs} ms`)));
    timer = setTimeout(() => setImmediate(() => setImmediate(strike)), deadlineMs);
  });
  try {
    return await Promise.race([reply, late]);
  } finally {
    clearTimeout(timer);
  }
}
