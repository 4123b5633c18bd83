/** A sale with a fault in its middle, told the same way for every fault: load, fault, more load, rest, the books. */
import { expect } from 'vitest';
import type { Pool } from '../../src/core/postgres/create-pool.js';
import { expectAtRest, expectOneSagaEach, waitForRest } from '../support/at-rest.js';
import { placeUntilAnswered, type Pipeline } from '../support/pipeline.js';
import { waitFor } from '../support/wait-for.js';

export interface Shop {
  readonly pool: Pool;
  /** All roles run and sell `PRODUCT`, of which there is plenty. */
  readonly pipeline: Pipeline;
}

export interface FaultySale {
  /** Orders accepted so far. */
  accepted(): number;
  /** Requests so far that got no answer, or a 503. */
  turnedAway(): number;
  /** Resolves when this many more orders have been accepted: the sale goes on. */
  untilMoreAccepted(count: number): Promise<void>;
}

export const PRODUCT = 'tee';
/** Buyers who ask at once, and their pause: a trickle that the pipeline keeps up with. The point is the fault, not the load. */
const SELLERS = 4;
const PAUSE_MS = 120;
/** Longer than any server here is away. */
const PATIENCE_MS = 180_000;
const BEFORE_AND_AFTER = 10;

/**
 * Sells from before the fault until after it, and asserts what must hold in the end, whatever happened: every buyer
 * got one order, all are readable and final, all events are published, no unit is lost, sold or given back twice.
 * @param name of the fault; begins the names of its buyers
 * @param fault resolves when it is over; asserts by itself that it fired
 * @returns how many orders were accepted
 */
export async function holdFaultySale(
  shop: Shop,
  name: string,
  fault: (sale: FaultySale) => Promise<void>,
  restWithinMs: number,
): Promise<number> {
  const accepted: { orderId: string; userId: string }[] = [];
  let turnedAway = 0;
  let open = true;
  const sale: FaultySale = {
    accepted: () => accepted.length,
    turnedAway: () => turnedAway,
    async untilMoreAccepted(count) {
      const enough = accepted.length + count;
      await waitFor(() => accepted.length >= enough, {
        timeoutMs: PATIENCE_MS,
        what: `${count} more orders to be accepted`,
      });
    },
  };

  async function sell(seller: number): Promise<void> {
    for (let n = 0; open; n += 1) {
      const userId = `${name}-${seller}-${n}`;
      const answer = await placeUntilAnswered(
        shop.pipeline,
        { userId, productId: PRODUCT, quantity: 1, key: `key-of-${userId}` },
        { timeoutMs: PATIENCE_MS, onTurnedAway: () => (turnedAway += 1) },
      );
      expect(answer.status, JSON.stringify(answer.body)).toBe(202);
      accepted.push({ orderId: answer.body.orderId, userId });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  const selling = Promise.all(Array.from({ length: SELLERS }, (_, seller) => sell(seller)));
  // A seller that fails ends the sale at once; the fault is not waited for.
  const failed = selling.then(() => new Promise<never>(() => undefined));
  try {
    await Promise.race([failed, misfortune()]);
  } finally {
    open = false;
  }
  await selling;
  await waitForRest(shop, restWithinMs);
  await expectAtRest(shop.pipeline, accepted);
  await expectOneSagaEach(shop);
  await expectOneOrderEach(shop, name, accepted.length);
  return accepted.length;

  async function misfortune(): Promise<void> {
    await sale.untilMoreAccepted(BEFORE_AND_AFTER);
    // In mid-sale: orders have gone all the way before it begins.
    await waitFor(async () => (await countEnded(shop, name)) > 0, {
      timeoutMs: PATIENCE_MS,
      what: 'the first order to end',
    });
    await fault(sale);
    await sale.untilMoreAccepted(BEFORE_AND_AFTER);
  }
}

async function countEnded({ pool }: Shop, name: string): Promise<number> {
  const { rows } = await pool.query<{ ended: number }>(
    `select count(*)::int as ended from orders
     where user_id like $1 || '-%' and status in ('CONFIRMED', 'FAILED', 'CANCELLED', 'EXPIRED')`,
    [name],
  );
  return rows[0]?.ended ?? 0;
}

/** However often a buyer had to ask, there is one order (I5), and each came from a 202 (I4). */
async function expectOneOrderEach({ pool }: Shop, name: string, accepted: number): Promise<void> {
  const { rows } = await pool.query<{ orders: number; buyers: number }>(
    `select count(*)::int as orders, count(distinct user_id)::int as buyers from orders
     where user_id like $1 || '-%' and status not in ('ABANDONED', 'REFUSED')`,
    [name],
  );
  expect(rows).toEqual([{ orders: accepted, buyers: accepted }]);
}
