/** Hands orders over again that Kafka has taken and no saga has ever begun: `replay`, by itself and at a slow rate. */
import type { Client } from '@temporalio/client';
import type { Config } from '../config/schema.js';
import type { Publisher } from '../kafka/port.js';
import type { Log } from '../log.js';
import { createPartialAnswer } from '../partial-answer.js';
import type { Pool } from '../postgres/create-pool.js';
import { beginOrders } from '../postgres/begin-orders.js';
import { findStuckOrders } from '../postgres/find-stuck-orders.js';
import type { SuspectOrder } from '../postgres/suspect-row.js';
import { createOrderLook } from '../replay/look-at-orders.js';
import { planOrder, type PlannedOrder, type ReplayCandidate } from '../replay/plan-replay.js';
import type { ReplayedOrder } from '../replay/replay-tools.js';
import { runReplay } from '../replay/run-replay.js';
import { describeSaga } from '../temporal/describe-saga.js';
import { startSaga } from '../temporal/start-saga.js';
import type { SweepPace } from './sweep-deps.js';

export interface UnstartedDeps {
  readonly config: Config;
  readonly pool: Pool;
  readonly temporal: Client;
  readonly publisher: Publisher;
  readonly log: Log;
}

export interface SweptUnstartedOrders {
  readonly handedOver: number;
  /** Handed over so often in vain that a person must look. */
  readonly flagged: number;
}

/** Orders a second: beside a sale this hardly shows. */
const RATE = 50;

/**
 * PENDING orders are never ended: nobody has asked their buyers to pay (I9). Exactly those are handed over of which
 * every store says that they are stuck; an order that waits in Kafka, however long, is left where it is, so a backlog is
 * never doubled. One page of orders in each run.
 * @param options.olderThanMs since the order was accepted
 * @throws AppError UNAVAILABLE when a store is away
 */
export async function sweepUnstartedOrders(
  deps: UnstartedDeps,
  options: SweepPace & { readonly olderThanMs: number },
): Promise<SweptUnstartedOrders> {
  const { config, pool, temporal, publisher, log } = deps;
  const { signal } = options;
  const planned = await planUnstartedOrders(deps, options);
  if (planned.length === 0) return { handedOver: 0, flagged: 0 };
  const results: ReplayedOrder[] = [];
  const { counts, stoppedBy } = await runReplay(
    {
      pool,
      publisher: () => Promise.resolve(publisher),
      sagaStatus: async (orderId) => (await describeSaga(temporal, orderId)).status,
      startSaga: (orderId) =>
        startSaga(
          temporal,
          config.prefix,
          orderId,
          { orderId, deadlineMs: config.paymentDeadline },
          { afterFailure: true },
        ),
      // PENDING orders are never ended.
      confirm: () => Promise.resolve([]),
      expire: () => Promise.resolve([]),
    },
    planned,
    { rate: RATE, signal, onResults: (some) => results.push(...some) },
  );
  const wornOut = planned.filter(({ action }) => action === 'quarantine');
  for (const { orderId } of wornOut)
    log.error({ orderId }, 'an order is handed over again and again and never begun');
  if (stoppedBy) throw stoppedBy;
  const refused = planned.filter(({ orderId, action }) => {
    return action === 'start' && results.some((one) => one.orderId === orderId && one.outcome === 'skipped');
  });
  await beginWithoutSaga(deps, refused);
  return { handedOver: (counts.requeued ?? 0) + (counts.started ?? 0), flagged: wornOut.length };
}

/** What a run would do with the first page of them. @throws AppError UNAVAILABLE when a store is away */
export async function planUnstartedOrders(
  deps: Omit<UnstartedDeps, 'publisher'>,
  { olderThanMs, limit }: { readonly olderThanMs: number; readonly limit: number },
): Promise<PlannedOrder[]> {
  const stuck = await findStuckOrders(deps.pool, { olderThanMs, limit });
  // Not published: the relays of every role are at it.
  const published = stuck.filter((order) => order.publishedAt !== null);
  if (published.length === 0) return [];
  return (await lookAt(deps, published)).map((candidate) => planOrder(candidate));
}

/** @throws AppError UNAVAILABLE when a store is away: what it does not know it does not hand over */
async function lookAt(
  { config, log, temporal }: Omit<UnstartedDeps, 'publisher'>,
  suspects: readonly SuspectOrder[],
): Promise<ReplayCandidate[]> {
  const answer = createPartialAnswer();
  const look = createOrderLook({ config, log, temporal: () => Promise.resolve(temporal), answer });
  try {
    const candidates = await look.at(suspects);
    answer.assertComplete();
    return candidates;
  } finally {
    await look.close();
  }
}

/**
 * Temporal starts no saga that has completed, and one that has completed leaves no order PENDING, unless Postgres was
 * restored to an earlier moment. The time to pay begins here then, and the sweep of overdue orders ends it (I9). Where a
 * saga runs after all, it finds what it would have done itself.
 */
async function beginWithoutSaga(deps: UnstartedDeps, planned: readonly PlannedOrder[]): Promise<void> {
  const deadlineMs = deps.config.paymentDeadline;
  const begun = await beginOrders(
    deps.pool,
    planned.map(({ orderId }) => ({ orderId, deadlineMs })),
  );
  for (const { order, changed } of begun.values()) {
    if (changed)
      deps.log.warn({ orderId: order.orderId }, 'begun without a saga: Temporal says it has completed');
  }
}
