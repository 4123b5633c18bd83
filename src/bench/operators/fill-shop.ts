/** A shop after a year: many orders in every state, of which a few thousand are live and a few stand still. */
import type { Db } from '../../core/postgres/db.js';

export interface FillOptions {
  readonly orders: number;
  readonly products: number;
  /** Orders not yet final. */
  readonly live: number;
  /** Told the orders stored so far. */
  readonly onProgress: (stored: number) => void;
}

const PER_STATEMENT = 50_000;
export const PRODUCT_PREFIX = 'stored-';

/**
 * Written by sets, never through serve; books stay balanced and every order has its events, so that commands see what
 * they would see after a year of sales. Each product has a limit per customer. Redis knows nothing of it yet.
 */
export async function fillShop(db: Db, { orders, products, live, onProgress }: FillOptions): Promise<void> {
  await db.query({ text: PRODUCTS, values: [PRODUCT_PREFIX, products, orders] });
  for (let from = 0; from < orders; from += PER_STATEMENT) {
    const until = Math.min(orders, from + PER_STATEMENT);
    await db.query({ text: ORDERS, values: [PRODUCT_PREFIX, products, orders, live, from, until] });
    onProgress(until);
  }
  await db.query(CLAIMS);
  for (const table of ['orders', 'order_events', 'payments']) await db.query(`vacuum analyze ${table}`);
}

const PRODUCTS = `
  with made as (
    insert into products (product_id, name, price_minor, currency)
    select $1 || n, $1 || n, 4990, 'EUR' from generate_series(0, $2::int - 1) as n
    returning product_id
  ), stocked as (
    insert into stock (product_id, seeded) select product_id, $3 from made returning product_id
  ), moved as (
    insert into stock_movements (operation_id, product_id, kind, quantity, delta, seeded_after, actor)
    select 'bench', product_id, 'seed', $3, $3, $3, 'bench' from stocked
  )
  insert into sales (product_id, max_per_customer) select product_id, 100 from stocked`;

/**
 * The newest $4 orders are live, made within the last ten minutes: one in twenty waits for its saga, a tenth of those unpublished;
 * of the others one in a hundred is overdue, one in a hundred is paid and not confirmed. Of the older ones four in five
 * are confirmed.
 */
const ORDERS = `
  with numbered as (
    select n, n >= $3::int - $4::int as is_live, $3::int - n as age,
      case when n < $3::int - $4::int then
        case when n % 100 < 80 then 'CONFIRMED' when n % 100 < 88 then 'EXPIRED' when n % 100 < 94 then 'CANCELLED' else 'FAILED' end
      else
        case when n % 20 = 0 then 'PENDING' when n % 100 = 1 then 'PAYMENT_CONFIRMED' else 'PAYMENT_PENDING' end
      end as status
    from generate_series($5::int, $6::int - 1) as n
  ),
  planned as (
    select p.*,
      case when p.is_live then now() - interval '10 minutes' * (p.age::float / $4::int)
        else now() - interval '10 minutes' - interval '365 days' * (p.age::float / $3::int) end as at,
      p.status in ('CONFIRMED', 'PAYMENT_CONFIRMED') as is_paid
    from numbered p
  ),
  placed as (
    insert into orders (reservation_id, user_id, product_id, quantity, unit_price_minor, amount_minor, currency,
      status, version, epoch, body_hash, paid, pay_by, failure_code, hold_done, tracked_at, created_at, updated_at)
    select gen_random_uuid(), 'buyer-' || (n::bigint * 7919 % 200000), $1 || (n % $2::int), 1 + n % 2, 4990,
      4990 * (1 + n % 2), 'EUR', status, case when status = 'PENDING' then 1 else 3 end, 1, 'stored', is_paid,
      case when status = 'PAYMENT_PENDING' then
        case when n % 100 = 2 then now() - interval '2 minutes' else now() + interval '1 day' end end,
      case status when 'EXPIRED' then 'PAYMENT_EXPIRED' when 'CANCELLED' then 'CANCELLED_BY_CUSTOMER'
        when 'FAILED' then 'PAYMENT_DECLINED' end,
      not is_live, case when status = 'PENDING' then null else at end, at, at
    from planned
    returning order_id, status, paid, amount_minor, created_at, product_id
  ),
  written as (
    insert into payments (order_id, attempt, status, amount_minor, currency, gateway, gateway_reference, created_at, updated_at)
    select order_id, 1,
      case when paid then 'CAPTURED' when status = 'FAILED' then 'DECLINED' else 'REQUESTED' end,
      amount_minor, 'EUR', 'simulated', case when paid then order_id::text end, created_at, created_at
    from placed where paid or status in ('FAILED', 'PAYMENT_PENDING')
  )
  insert into order_events (order_id, version, type, topics, occurred_at, published_at)
  select o.order_id, v, case v when 1 then 'PENDING' when 2 then 'PAYMENT_PENDING' else o.status end,
    case v when 1 then '{orders.reservations}'::text[] else '{order.progress}' end, o.created_at,
    case when o.status = 'PENDING' and abs(hashtext(o.order_id::text)) % 10 = 0 then null else o.created_at end
  from placed o, generate_series(1, 3) as v
  where v = 1 or o.status <> 'PENDING'`;

const CLAIMS = `
  update stock s set claimed = t.units
  from (
    select product_id, sum(quantity)::integer as units from orders
    where status in ('PENDING', 'INVENTORY_RESERVED', 'PAYMENT_PENDING', 'PAYMENT_CONFIRMED', 'CONFIRMED')
    group by product_id
  ) t
  where t.product_id = s.product_id`;
