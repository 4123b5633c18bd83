/** Money that was taken for the orders of a window, added up by what became of it. */
import type { Db } from '../db.js';
import { toSafeInteger } from '../to-safe-integer.js';
import { IN_SCOPE, scopeValues, type OrderScope } from './scope.js';

export interface PaymentGroup {
  readonly productId: string;
  readonly currency: string;
  /** kept: it pays an order; back: the gateway gave it back; due: it must go back; undecided: late, and nobody has looked yet. */
  readonly fate: 'kept' | 'back' | 'due' | 'undecided';
  /** It came when the order had ended, or was paid already. */
  readonly late: boolean;
  /** Its order is confirmed by it: late money that claimed units again counts here too. */
  readonly paysSale: boolean;
  /** The gateway refuses to give it back. */
  readonly refused: boolean;
  readonly payments: number;
  readonly units: number;
  readonly amountMinor: number;
}

interface Row {
  readonly product_id: string;
  readonly currency: string;
  readonly fate: PaymentGroup['fate'];
  readonly late: boolean;
  readonly pays_sale: boolean;
  readonly refused: boolean;
  readonly payments: string;
  readonly units: string;
  readonly amount: string;
}

/**
 * A late payment that was given back, or bought units after all, bears another status now: its event tells that it
 * was late. Only those few are looked up.
 */
export async function sumPayments(db: Db, scope: OrderScope): Promise<PaymentGroup[]> {
  const { rows } = await db.query<Row>(
    `with taken as (
       select o.product_id, o.order_id, o.quantity, o.status as order_status, o.refund_due, o.generation,
         p.attempt, p.status, p.currency, p.amount_minor, p.refund_refusal is not null as refused,
         p.status = 'LATE' or ((p.status = 'REFUNDED' or o.generation > 0) and exists (
           select from order_events e where e.order_id = p.order_id and e.type = 'PAYMENT_LATE'
             and e.data ->> 'attempt' = p.attempt::text)) as late
       from orders o join payments p on p.order_id = o.order_id
       where ${IN_SCOPE} and p.status in ('CAPTURED', 'LATE', 'REFUNDED')
     ),
     judged as (
       select t.*,
         case
           when t.status = 'REFUNDED' then 'back'
           when t.status = 'LATE' and not t.refund_due then 'undecided'
           when t.status = 'LATE' or t.order_status in ('FAILED', 'CANCELLED', 'EXPIRED') then 'due'
           else 'kept'
         end as fate,
         t.order_status = 'CONFIRMED' and t.status <> 'LATE' and (not t.late or (t.generation > 0 and not exists (
           select from payments y
           where y.order_id = t.order_id and y.attempt <> t.attempt and y.status = 'CAPTURED'))) as pays_sale
       from taken t
     )
     select product_id, currency, fate, late, pays_sale, refused, count(*) as payments,
       sum(quantity) as units, sum(amount_minor) as amount
     from judged group by 1, 2, 3, 4, 5, 6`,
    scopeValues(scope),
  );
  return rows.map((row) => ({
    productId: row.product_id,
    currency: row.currency,
    fate: row.fate,
    late: row.late,
    paysSale: row.pays_sale,
    refused: row.refused,
    payments: toSafeInteger(row.payments),
    units: toSafeInteger(row.units),
    amountMinor: toSafeInteger(row.amount),
  }));
}
