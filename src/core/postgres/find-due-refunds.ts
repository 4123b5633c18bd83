/** Payments whose money the customer must get back. */
import type { Db } from './db.js';
import { PAYMENT_COLUMNS, toPayment, type Payment, type PaymentRow } from './payment-row.js';

export interface DueRefundFilter {
  /** Since the last change of the order: leaves fresh ones to who decided them. */
  readonly olderThanMs: number;
  /** Orders at most. */
  readonly limit: number;
  /** Only of these orders; UUIDs. */
  readonly orderIds?: readonly string[];
  /** Only payments that this gateway took. */
  readonly gateway?: string;
  /** Only payments that another gateway took. */
  readonly otherGatewayThan?: string;
  /** These orders are passed over. */
  readonly withoutOrders?: readonly string[];
}

/** What must go back: LATE payments that nothing was claimed for, captured ones of released orders and sales called off. */
const owedBy = (payment: string) => `(${payment}.status = 'LATE'
    or (${payment}.status = 'CAPTURED'
      and (o.status in ('FAILED', 'CANCELLED', 'EXPIRED') or o.refund_requested_at is not null)))
  and ${payment}.refund_refusal is null
  and ($4::text is null or ${payment}.gateway = $4) and ($5::text is null or ${payment}.gateway <> $5)`;

/** What the gateway has refused for good is left out: a person decides about it. @returns oldest order first */
export async function findDueRefunds(db: Db, filter: DueRefundFilter): Promise<Payment[]> {
  const { rows } = await db.query<PaymentRow>({
    // The few orders first: nothing tells the planner how few they are.
    text: `with due as materialized (
             select o.order_id, o.status, o.refund_requested_at, o.created_at from orders o
             where o.refund_due and o.updated_at <= now() - $1 * interval '1 millisecond'
               and ($3::uuid[] is null or o.order_id = any($3)) and o.order_id <> all ($6::uuid[])
               and exists (select from payments p where p.order_id = o.order_id and ${owedBy('p')})
             order by o.created_at limit $2
           )
           select ${PAYMENT_COLUMNS} from due o join payments on payments.order_id = o.order_id
           where ${owedBy('payments')}
           order by o.created_at, payments.attempt`,
    values: [
      filter.olderThanMs,
      filter.limit,
      filter.orderIds ?? null,
      filter.gateway ?? null,
      filter.otherGatewayThan ?? null,
      filter.withoutOrders ?? [],
    ],
  });
  return rows.map(toPayment);
}
