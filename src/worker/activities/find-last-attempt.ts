/** Where the payment of an order stands, looked up together with those of other sagas. */
import { createBatcher, type Batcher } from '../../core/create-batcher.js';
import type { Db } from '../../core/postgres/db.js';
import { findLastAttempts, type LastAttempt } from '../../core/postgres/find-last-attempts.js';
import { MAX_BATCH, MAX_QUEUE } from './activity-deps.js';

/** Answers null for an order that does not await payment. @throws AppError UNAVAILABLE */
export function createFindLastAttempt(db: Db): Batcher<string, LastAttempt | null> {
  return createBatcher<string, LastAttempt | null>({
    name: 'attempt',
    keyOf: (orderId) => orderId,
    run: (orderIds) => findLastAttempts(db, orderIds),
    maxBatch: MAX_BATCH,
    maxQueue: MAX_QUEUE,
  });
}
