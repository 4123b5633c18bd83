/** A sale as it would have left its rows behind, made in a few statements: for reports of any size. */
import type { Pool } from '../../src/core/postgres/create-pool.js';

export interface SyntheticSale {
  readonly productId: string;
  readonly orders: number;
  readonly startedAt: Date;
  /** Over which the orders came; more at the beginning than at the end. */
  readonly seconds: number;
}

const PER_STATEMENT = 50_000;

/**
 * Of a hundred orders 86 are confirmed, 5 declined, 4 expired, 3 cancelled by their customer, 1 by an operator, and 1
 * is still waiting. Books are balanced: what is claimed is what the orders add up to.
 */
export async function makeSale(pool: Pool, sale: SyntheticSale): Promise<void> {
  const { productId, orders, startedAt, seconds } = sale;
  await pool.query(
    `insert into products (product_id, name, price_minor, currency, created_at)
     values ($1, $1, 4990, 'EUR', $2::timestamptz - interval '1 hour')`,
    [productId, startedAt],
  );
  for (let from = 0; from < orders; from += PER_STATEMENT) {
    await pool.query(ORDERS, [
      productId,
      from,
      Math.min(PER_STATEMENT, orders - from),
      orders,
      startedAt,
      seconds,
    ]);
  }
  await pool.query(STOCK, [productId, startedAt]);
  await pool.query(FIGURES, [productId, startedAt, seconds]);
}

const ORDERS = `
  with placed as (
    insert into orders (reservation_id, user_id, product_id, quantity, unit_price_minor, amount_minor, currency,
      status, version, epoch, body_hash, paid, hold_done, pay_by, failure_code, created_at, updated_at)
    select gen_random_uuid(), 'buyer-' || (n::bigint * 7919 % greatest(1, $4::int * 9 / 10)), $1, 1 + (n % 20 = 0)::int, 4990,
      4990 * (1 + (n % 20 = 0)::int), 'EUR',
      (array['CONFIRMED', 'FAILED', 'EXPIRED', 'CANCELLED', 'CANCELLED', 'PAYMENT_PENDING'])[kind], 5, 1, 'synthetic',
      kind = 1, true, at + interval '15 minutes',
      (array[null, 'PAYMENT_DECLINED', 'PAYMENT_EXPIRED', 'CANCELLED_BY_CUSTOMER', 'CANCELLED_BY_OPERATOR', null])[kind],
      at, at + interval '1 second'
    from generate_series($2::int, $2::int + $3::int - 1) as n,
      lateral (select case when n % 100 < 86 then 1 when n % 100 < 91 then 2 when n % 100 < 95 then 3
        when n % 100 < 98 then 4 when n % 100 < 99 then 5 else 6 end as kind) k,
      lateral (select date_trunc('milliseconds',
        $5::timestamptz + $6::float8 * power(n::float8 / $4::int, 1.8) * interval '1 second') as at) t
    returning order_id, created_at, status, failure_code, paid, amount_minor
  ),
  paid as (
    insert into payments (order_id, attempt, status, amount_minor, currency, gateway, gateway_reference)
    select order_id, 1, 'CAPTURED', amount_minor, 'EUR', 'simulated', order_id::text from placed where paid
  )
  insert into order_events (order_id, version, type, data, topics, occurred_at, published_at)
  select order_id, version, type, null, '{order.progress}', at, at
  from placed, lateral (
    select 1 as version, 'PENDING' as type, created_at as at
    union all select 2, 'INVENTORY_RESERVED', created_at + (20 + hashtext(order_id::text) & 127) * interval '1 millisecond'
    union all select 3, 'PAYMENT_PENDING', created_at + 150 * interval '1 millisecond'
    union all select 4, 'PAYMENT_CAPTURED', created_at + (300 + hashtext(order_id::text) & 511) * interval '1 millisecond' where paid
    union all select 5, status, created_at + (900 + hashtext(order_id::text) & 2047) * interval '1 millisecond'
      where status not in ('PAYMENT_PENDING')
  ) e`;

const STOCK = `
  with units as (
    select coalesce(sum(quantity) filter (where status in ('CONFIRMED', 'PAYMENT_PENDING')), 0)::int as claimed
    from orders where product_id = $1
  ),
  moved as (
    insert into stock_movements (operation_id, product_id, kind, quantity, delta, seeded_after, actor, created_at)
    select 'seeding', $1, 'seed', claimed, claimed, claimed, 'test', $2::timestamptz - interval '1 hour' from units
  )
  insert into stock (product_id, seeded, claimed) select $1, claimed, claimed from units`;

const FIGURES = `
  insert into role_stats (role, replica, product_id, second, counts, latency)
  select 'serve', 'a', $1, date_trunc('second', $2::timestamptz) + n * interval '1 second',
    jsonb_build_object('accepted', 10, 'SOLD_OUT', (400 * (1 - exp(-n / 40.0)))::int + 3, 'CUSTOMER_LIMIT', n % 7,
      'SALE_PAUSED', case when n % 97 = 0 then 12 else 0 end),
    jsonb_build_object('accept', jsonb_build_object('6', 40, '10', 60, '15', 30 + n % 9, '27', 8, (array['40', '60', '110', '75'])[1 + n % 4], 2))
  from generate_series(0, $3::int - 1) n`;
