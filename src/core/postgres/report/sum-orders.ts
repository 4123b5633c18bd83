/** Orders of a window, added up by how they stand now. */
import type { OrderStatus } from '../../order.js';
import type { Db } from '../db.js';
import { toSafeInteger } from '../to-safe-integer.js';
import { IN_SCOPE, scopeValues, type OrderScope } from './scope.js';

export interface OrderGroup {
  readonly productId: string;
  readonly currency: string;
  readonly status: OrderStatus;
  readonly failureCode: string | null;
  /** A saga has begun it: the time to pay ran. */
  readonly begun: boolean;
  readonly paid: boolean;
  readonly restocked: boolean;
  readonly refundDue: boolean;
  /** A person has to look. */
  readonly review: boolean;
  readonly orders: number;
  readonly units: number;
  readonly amountMinor: number;
  /** Of the order ids in it: their events lie between them. */
  readonly lowestId: string;
  readonly highestId: string;
}

interface Row {
  readonly product_id: string;
  readonly currency: string;
  readonly status: OrderStatus;
  readonly failure_code: string | null;
  readonly begun: boolean;
  readonly paid: boolean;
  readonly restocked: boolean;
  readonly refund_due: boolean;
  readonly review: boolean;
  readonly orders: string;
  readonly units: string;
  readonly amount: string;
  readonly lowest: string;
  readonly highest: string;
}

export async function sumOrders(db: Db, scope: OrderScope): Promise<OrderGroup[]> {
  const { rows } = await db.query<Row>(
    `select o.product_id, o.currency, o.status, o.failure_code, o.pay_by is not null as begun, o.paid,
       o.restocked_at is not null as restocked, o.refund_due, o.review_reason is not null as review,
       count(*) as orders, sum(o.quantity) as units, sum(o.amount_minor) as amount,
       min(o.order_id::text) as lowest, max(o.order_id::text) as highest
     from orders o where ${IN_SCOPE}
     group by 1, 2, 3, 4, 5, 6, 7, 8, 9`,
    scopeValues(scope),
  );
  return rows.map((row) => ({
    productId: row.product_id,
    currency: row.currency,
    status: row.status,
    failureCode: row.failure_code,
    begun: row.begun,
    paid: row.paid,
    restocked: row.restocked,
    refundDue: row.refund_due,
    review: row.review,
    orders: toSafeInteger(row.orders),
    units: toSafeInteger(row.units),
    amountMinor: toSafeInteger(row.amount),
    lowestId: row.lowest,
    highestId: row.highest,
  }));
}
