/** How long orders took from their 202 on, by their timelines: exactly, of a sample that is bounded. */
import type { Db } from '../db.js';
import { toSafeInteger } from '../to-safe-integer.js';
import { IN_SCOPE, scopeValues, type OrderScope } from './scope.js';

/** Milliseconds that half, 95 and 99 of a hundred orders did not exceed; null where no order got so far. */
export interface Percentiles {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

export interface OrderTimes {
  /** Null: all products together. */
  readonly productId: string | null;
  /** Orders that were looked at. */
  readonly sampled: number;
  /** From accepted to the saga's first step, to the payment, to confirmed. */
  readonly started: Percentiles;
  readonly paid: Percentiles;
  readonly confirmed: Percentiles;
  /** When 99 of a hundred of them were confirmed. */
  readonly mostConfirmedAt: Date | null;
}

interface Row {
  readonly product_id: string | null;
  readonly sampled: string;
  readonly started: (number | null)[] | null;
  readonly paid: (number | null)[] | null;
  readonly confirmed: (number | null)[] | null;
  readonly most_confirmed_at: Date | null;
}

const percentiles = (from: string) =>
  `percentile_disc(array[0.5, 0.95, 0.99]) within group (order by ${from})::float8[]`;
const sinceAccepted = (at: string) => `round(extract(epoch from (${at}) - s.created_at) * 1000)::float8`;

/**
 * @param everyNth 1: all orders; 50: about each fiftieth, chosen by a hash of its id, so the same ones each time
 * @returns one row for each product with orders, and one for all of them together
 */
export async function measureOrderTimes(db: Db, scope: OrderScope, everyNth: number): Promise<OrderTimes[]> {
  const { rows } = await db.query<Row>(
    `with sample as (
       select o.product_id, o.order_id, o.created_at from orders o
       where ${IN_SCOPE} and ($4::int = 1 or uuid_hash_extended(o.order_id, 0) % $4 = 0)
     ),
     timed as (
       select s.product_id, e.confirmed_at,
         ${sinceAccepted('e.started_at')} as started, ${sinceAccepted('e.paid_at')} as paid,
         ${sinceAccepted('e.confirmed_at')} as confirmed
       from sample s, lateral (
         select min(e.occurred_at) filter (where e.type = 'INVENTORY_RESERVED') as started_at,
           min(e.occurred_at) filter (where e.type in ('PAYMENT_CAPTURED', 'PAYMENT_LATE')) as paid_at,
           min(e.occurred_at) filter (where e.type = 'CONFIRMED') as confirmed_at
         from order_events e where e.order_id = s.order_id
       ) e
     )
     select t.product_id, count(*) as sampled, ${percentiles('t.started')} as started,
       ${percentiles('t.paid')} as paid, ${percentiles('t.confirmed')} as confirmed,
       percentile_disc(0.99) within group (order by t.confirmed_at) as most_confirmed_at
     from timed t group by grouping sets ((t.product_id), ())`,
    [...scopeValues(scope), everyNth],
  );
  return rows.map((row) => ({
    productId: row.product_id,
    sampled: toSafeInteger(row.sampled),
    started: toPercentiles(row.started),
    paid: toPercentiles(row.paid),
    confirmed: toPercentiles(row.confirmed),
    mostConfirmedAt: row.most_confirmed_at,
  }));
}

function toPercentiles(values: readonly (number | null)[] | null): Percentiles {
  const [p50Ms = null, p95Ms = null, p99Ms = null] = values ?? [];
  return { p50Ms, p95Ms, p99Ms };
}
