/** Cancels an order for its customer or for an operator, in whatever state it is and whoever else is at work on it. */
import { isFinal, type Order } from '../order.js';
import type { EndedOrder } from '../postgres/end-orders.js';
import type { CancelCode } from '../temporal/saga-contract.js';
import type { EndOrder } from './end-order.js';
import { createFinishEnding, openHoldOf } from './finish-ending.js';
import type { OrderDeps } from './order-deps.js';

export interface Cancel {
  readonly orderId: string;
  readonly failureCode: CancelCode;
  /** True ends a paid order that is not final yet, too, and makes its money due for refund: for operators only. */
  readonly evenIfPaid?: boolean;
}

/**
 * `cancelled`: by this call. `already`: by an earlier one, whoever asked. `paid`: the order is live and paid, and stays
 * so (I10). `ended`: it had ended otherwise.
 */
export type CancelOutcome = 'cancelled' | 'already' | 'paid' | 'ended';

export interface CancelledOrder {
  readonly outcome: CancelOutcome;
  readonly order: Order;
  readonly refundDue: boolean;
  /** False when the order has ended and Redis could not be asked: its unit comes back with the next sweep of endings. */
  readonly givenBack: boolean;
}

export type CancelOrder = (cancel: Cancel) => Promise<CancelledOrder>;

export interface CancelDeps extends Omit<OrderDeps, 'relay'> {
  readonly endOrder: EndOrder;
  /** Never fails. A saga that does not hear of it finds the row final when it looks. */
  readonly wakeSaga: (orderId: string, updateId: string) => void | Promise<void>;
}

/**
 * Decides first, acts after (I8): final status, claim and event in Postgres, then the hold in Redis, then the saga is
 * told. Only the first can fail the call, so it works with Redis and Temporal away, and for an order without a saga.
 * A repeated call answers `already` and does the halves that are still open.
 * @throws AppError ORDER_NOT_FOUND, UNAVAILABLE (outcome unknown, safe to call again), OVERLOADED
 */
export function createCancelOrder(deps: CancelDeps): CancelOrder {
  const finishEnding = createFinishEnding(deps);

  async function giveBack(ended: EndedOrder): Promise<boolean> {
    const hold = openHoldOf(ended);
    if (!hold) return true;
    try {
      await finishEnding(hold);
      return true;
    } catch (error) {
      deps.log.debug({ err: error, orderId: hold.orderId }, 'a hold is left to the sweep of endings');
      return false;
    }
  }

  return async ({ orderId, failureCode, evenIfPaid = false }) => {
    const ended = await deps.endOrder({ orderId, status: 'CANCELLED', failureCode, evenIfPaid });
    const outcome = outcomeOf(ended);
    const givenBack = await giveBack(ended);
    if (outcome === 'cancelled' || outcome === 'already') await deps.wakeSaga(orderId, 'cancelled');
    return { outcome, order: ended.order, refundDue: ended.refundDue, givenBack };
  };
}

function outcomeOf({ status, changed }: EndedOrder): CancelOutcome {
  if (!isFinal(status)) return 'paid';
  if (status !== 'CANCELLED') return 'ended';
  return changed ? 'cancelled' : 'already';
}
