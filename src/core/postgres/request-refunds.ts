/** Calls sales off: decided here in one call; Redis and the refund follow after its commit (I8). */
import type { Order } from '../order.js';
import type { RestockedUnits } from '../redis/restock.js';
import type { Db } from './db.js';
import { orderColumns, toOrder, type OrderRow } from './order-row.js';

export interface RefundRequest {
  readonly orderIds: readonly string[];
  /** Gives the units back to the sale, too. */
  readonly restock: boolean;
  /** For the record of stock movements. */
  readonly actor: string;
  readonly reason: string | null;
}

/**
 * `requested`: called off by this call. `restocked`: called off before, and its units are given back by this call.
 * `already`: nothing was left to do. `unsettled`: units cannot be given back before the Redis half of its confirmation is
 * finished. `not-confirmed`: live, or ended otherwise.
 */
export type RefundOutcome = 'requested' | 'restocked' | 'already' | 'unsettled' | 'not-confirmed';

export interface RequestedRefund {
  readonly outcome: RefundOutcome;
  readonly order: Order;
  readonly restocked: boolean;
  /** The units are free in Postgres and not yet in Redis. */
  readonly restockOpen: boolean;
  readonly units: RestockedUnits;
}

interface Row extends OrderRow {
  readonly generation: number;
  readonly restock_open: boolean;
  readonly outcome: RefundOutcome;
}

/** Idempotent: a second call changes nothing and tells which half is open. @returns by order id; other ids are absent */
export async function requestRefunds(db: Db, request: RefundRequest): Promise<Map<string, RequestedRefund>> {
  if (request.orderIds.length === 0) return new Map();
  const { rows } = await db.query<Row>({
    name: 'request_refunds',
    text: `select ${orderColumns('(r.row_now)')}, (r.row_now).generation, (r.row_now).restock_open, r.outcome
           from request_refunds($1, $2, $3, $4) r`,
    values: [request.orderIds, request.restock, request.actor, request.reason],
  });
  return new Map(rows.map((row) => [row.order_id, toRequestedRefund(row)]));
}

function toRequestedRefund(row: Row): RequestedRefund {
  const order = toOrder(row);
  const { productId, reservationId, userId, quantity } = order;
  return {
    outcome: row.outcome,
    order,
    restocked: order.restockedAt !== null,
    restockOpen: row.restock_open,
    units: { productId, reservationId, generation: row.generation, userId, quantity },
  };
}
