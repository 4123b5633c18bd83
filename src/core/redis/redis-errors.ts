/** Turns what the Redis client throws into the product's error. */
import { AppError } from '../errors.js';

/** First words of Redis error replies that waiting can mend: starting, failing over, short of memory or replicas. */
const AWAY = new Set([
  'LOADING',
  'BUSY',
  'READONLY',
  'NOREPLICAS',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'TRYAGAIN',
  'MISCONF',
  'OOM',
  'UNBLOCKED',
]);

/** UNAVAILABLE when Redis is away or cannot serve now; INTERNAL when it answered that our command is wrong. */
export function toRedisError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const replied = error instanceof Error && error.name === 'ReplyError';
  // Whatever is not a reply comes from the client itself: refused, closed, timed out, not ready.
  if (!replied || AWAY.has(error.message.split(' ', 1)[0] ?? '')) {
    return new AppError('UNAVAILABLE', 'Redis is not reachable', {
      hint: 'Check REDIS_URL and that Redis runs; ordersctl dev up starts a local one',
      context: { dependency: 'redis' },
      cause: error,
      retryAfterSeconds: 1,
    });
  }
  return new AppError('INTERNAL', 'Redis refused a command', { cause: error });
}
