/** One order from hold to row: the protocol between Redis and Postgres that no crash, retry or race may cheat. */
import { AppError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import { isFinal, type OrderStatus } from '../../core/order.js';
import type { AcceptedOrder, AcceptOutcome, AcceptRow } from '../../core/postgres/accept-orders.js';
import type { Db } from '../../core/postgres/db.js';
import { findOrderByReservation } from '../../core/postgres/find-order.js';
import type { Hold } from '../../core/redis/hold.js';
import type { Release } from '../../core/redis/release.js';
import type { Reservation, Reserve } from '../../core/redis/reserve.js';
import { refuse } from '../../core/refusal.js';
import type { AcceptBatcher } from './accept-batcher.js';
import type { ExplainNotLoaded } from './explain-not-loaded.js';
import type { RedisGuard } from './redis-guard.js';
import { refusalOf } from './refusals.js';

export interface TakenOrder {
  readonly order: AcceptedOrder;
  /** True when the order was there before this request: its key was used again. */
  readonly repeated: boolean;
}

export interface TakeOrder {
  /**
   * Safe to call again with the same reservation id, at any time and from any process: there is one order for it (I5).
   * @throws AppError any refusal; UNAVAILABLE when a store did not answer, and the hold then stays for the same key or
   * for the sweep
   */
  (wanted: Reservation): Promise<TakenOrder>;
}

export interface TakeOrderDeps {
  readonly reserve: Reserve;
  readonly release: Release;
  readonly batcher: Pick<AcceptBatcher, 'submit' | 'isContended'>;
  /** For reading orders, not the connection of the accept batch. */
  readonly db: Db;
  readonly redisGuard: Pick<RedisGuard, 'isClosed' | 'suspect'>;
  readonly explainNotLoaded: ExplainNotLoaded;
  readonly log: Log;
}

/** One try, one after a stale epoch, one after meeting a neighbour that inserted the same id in the same moment. */
const TRIES = 3;

export function createTakeOrder(deps: TakeOrderDeps): TakeOrder {
  const { log } = deps;

  async function takeOrder(wanted: Reservation): Promise<TakenOrder> {
    if (deps.batcher.isContended(wanted.productId)) {
      throw refuse('OVERLOADED', 'the stock row is held by another transaction');
    }
    let last: AcceptOutcome['kind'] | undefined;
    for (let tries = 0; tries < TRIES; tries += 1) {
      // Reserving again with the same id answers the hold that is there, or what has become of it.
      assertOpen(wanted.productId);
      const reserved = await deps.reserve(wanted);
      // Another server may have answered: its hold, if any, is gone with the rebuild, and no row was written.
      assertOpen(wanted.productId);
      if (reserved.kind === 'not-loaded') throw await deps.explainNotLoaded(wanted.productId);
      if (reserved.kind === 'ended') return findEnded(wanted);
      if (!('hold' in reserved)) throw refusalOf(reserved);
      const { hold } = reserved;
      if (hold.bodyHash !== wanted.bodyHash) throw keyReused();
      const outcome = await deps.batcher.submit(toAcceptRow(hold));
      const taken = await judge(wanted, hold, outcome);
      if (taken) return taken;
      last = outcome.kind;
      if (outcome.kind === 'stale') deps.redisGuard.suspect(wanted.productId);
    }
    // The hold stays: no final row says that this attempt has ended.
    throw last === 'stale'
      ? new AppError('REBUILDING', 'Redis and Postgres work under different epochs')
      : new AppError('UNAVAILABLE', 'the order met its own row over and over');
  }

  /** @throws AppError REBUILDING while what Redis says of the product is not to be trusted */
  function assertOpen(productId: string): void {
    if (!deps.redisGuard.isClosed(productId)) return;
    throw refuse('REBUILDING', `${productId} is not restored yet after Redis lost data`);
  }

  /** @returns undefined when the same id must be tried again */
  async function judge(
    wanted: Reservation,
    hold: Hold,
    outcome: AcceptOutcome,
  ): Promise<TakenOrder | undefined> {
    switch (outcome.kind) {
      case 'new':
        return { order: outcome.order, repeated: false };
      case 'known':
        if (outcome.userId === wanted.userId && outcome.bodyHash === wanted.bodyHash) {
          // The mark of an ended reservation lives a day: after it a repeated key takes a hold that no order needs.
          if (isReleased(outcome.order.status)) await giveBack(hold);
          return { order: outcome.order, repeated: true };
        }
        // The id is committed for another product, so no row can ever follow this hold. Where the product is the
        // same the hold may be the order's own by now; the sweep tells these apart.
        if (outcome.order.productId !== hold.productId) await giveBack(hold);
        throw keyReused();
      case 'no-units':
        await giveBack(hold);
        throw refuse('SOLD_OUT', `${hold.productId} is sold out.`);
      case 'ended':
        await giveBack(hold);
        throw reservationEnded();
      case 'stale':
      case 'again':
        return undefined;
      case 'unknown-product':
        log.error({ productId: hold.productId }, 'Redis sells a product that Postgres has no stock row of');
        throw new AppError('REBUILDING', 'Postgres does not know the product');
      case 'rejected':
        throw new AppError('INTERNAL', `Postgres cannot take the order: ${outcome.reason}`);
    }
  }

  /**
   * I8: only ever called after a final row for the reservation id was committed (REFUSED, ABANDONED, or another order's
   * row), never because an outcome is unknown or no row was seen. If Redis does not answer now the sweep does it.
   */
  async function giveBack(hold: Hold): Promise<void> {
    try {
      await deps.release(hold);
    } catch (error) {
      log.warn({ err: error, reservationId: hold.reservationId }, 'a hold is left to the sweep');
    }
  }

  /** Redis only knows that the reservation is over; what became of it is in Postgres. */
  async function findEnded(wanted: Reservation): Promise<TakenOrder> {
    const order = await findOrderByReservation(deps.db, wanted.reservationId);
    if (order?.userId !== wanted.userId) throw reservationEnded();
    if (order.productId !== wanted.productId || order.quantity !== wanted.quantity) throw keyReused();
    return { order, repeated: true };
  }

  return takeOrder;
}

function toAcceptRow(hold: Hold): AcceptRow {
  const { reservationId, userId, productId, quantity, unitPrice, epoch, bodyHash } = hold;
  return { reservationId, userId, productId, quantity, unitPrice, epoch, bodyHash };
}

/** An ending that gave its units back, for good in the generation of any hold that `reserve` makes. */
function isReleased(status: OrderStatus): boolean {
  return isFinal(status) && status !== 'CONFIRMED';
}

function keyReused(): AppError {
  return refuse('KEY_REUSED', 'This Idempotency-Key belongs to an order of another product or quantity.');
}

function reservationEnded(): AppError {
  return refuse('RESERVATION_ENDED', 'This attempt has ended without an order; send a new Idempotency-Key.');
}
