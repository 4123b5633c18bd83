/** What a replay works with, and what it answers for each order. */
import type { AppError } from '../errors.js';
import type { Publisher } from '../kafka/port.js';
import type { Pool } from '../postgres/create-pool.js';
import type { SagaStatus } from '../temporal/describe-saga.js';

/**
 * skipped: it moved on between plan and action, or another replay was faster. quarantined: left to a person. unknown: no
 * such order.
 */
export type ReplayOutcome =
  | 'requeued'
  | 'started'
  | 'confirmed'
  | 'expired'
  | 'skipped'
  | 'quarantined'
  | 'unknown'
  | 'failed';

export interface ReplayedOrder {
  readonly orderId: string;
  readonly outcome: ReplayOutcome;
  /** Why nothing was done; null otherwise. */
  readonly reason: string | null;
}

export interface ReplayTools {
  readonly pool: Pool;
  readonly publisher: () => Promise<Publisher>;
  /** As Temporal knows it at this moment. @throws AppError UNAVAILABLE */
  sagaStatus(orderId: string): Promise<SagaStatus>;
  /** Starts the saga unless one runs or has completed. */
  startSaga(orderId: string): Promise<'started' | 'already'>;
  /** Confirms those that are paid. @returns the ids of which this call did it */
  confirm(orderIds: readonly string[]): Promise<readonly string[]>;
  /** Ends those that are not paid. @returns the ids of which this call did it */
  expire(orderIds: readonly string[]): Promise<readonly string[]>;
}

export interface BatchReport {
  readonly results: readonly ReplayedOrder[];
  /** Why no more can be done in this way for now. */
  readonly unavailable: AppError | null;
}

export function failed(orderId: string, error: AppError): ReplayedOrder {
  return { orderId, outcome: 'failed', reason: error.message };
}

export function skipped(orderId: string, reason: string): ReplayedOrder {
  return { orderId, outcome: 'skipped', reason };
}
