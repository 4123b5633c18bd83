/** Which Redis answers: a restart, a failover or an exchanged data set changes it, and may have lost writes. */
import { AppError } from '../errors.js';
import type { OrdersRedis } from './create-redis.js';
import { toRedisError } from './redis-errors.js';

/**
 * Run id and replication id, `runId/replicationId`. The run id is new with every process. The replication id is new with
 * every promotion too, so a primary that was demoted, overwritten and promoted again is told from its former self.
 * @returns null where Redis does not tell (a managed service, a user without INFO): then only epochs show a loss
 * @throws AppError UNAVAILABLE, also from a replica: it is about to be promoted, or the connection about to move
 */
export function readServerIdentity(redis: OrdersRedis): Promise<string | null> {
  // One step from the reply to the answer: see redis-guard.ts, which relies on it.
  return redis.info().then(parseIdentity, (error: unknown) => {
    if (error instanceof Error && error.message.startsWith('NOPERM')) return null;
    throw toRedisError(error);
  });
}

function parseIdentity(info: string): string | null {
  if (/^role:slave/m.test(info)) {
    throw new AppError('UNAVAILABLE', 'Redis is a replica in the middle of a failover', {
      hint: 'REDIS_URL must name the primary',
      context: { dependency: 'redis' },
      retryAfterSeconds: 1,
    });
  }
  const runId = /^run_id:(\w+)/m.exec(info)?.[1];
  const replicationId = /^master_replid:(\w+)/m.exec(info)?.[1];
  return runId === undefined ? null : `${runId}/${replicationId ?? ''}`;
}
