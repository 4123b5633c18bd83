/** Puts many ended orders into the tables, as a year of sales would leave them. */
import type { Db } from '../../core/postgres/db.js';

const PRODUCT = 'bench-stored';
const PER_STATEMENT = 50_000;

/**
 * Confirmed orders with two published events each, spread over a year; books stay balanced.
 * @param onProgress orders stored so far
 */
export async function fillOrders(db: Db, count: number, onProgress: (stored: number) => void): Promise<void> {
  await db.query({
    text: `insert into products (product_id, name, price_minor, currency) values ($1, $1, 4990, 'EUR')`,
    values: [PRODUCT],
  });
  await db.query({
    text: `insert into stock (product_id, seeded, claimed) values ($1, $2, $2)`,
    values: [PRODUCT, count],
  });
  for (let from = 0; from < count; from += PER_STATEMENT) {
    const rows = Math.min(PER_STATEMENT, count - from);
    await db.query({ text: INSERT, values: [PRODUCT, from, rows, count] });
    onProgress(from + rows);
  }
  await db.query('vacuum analyze orders');
  await db.query('vacuum analyze order_events');
  // Whoever measures next is to meet stored orders, not the writing of them.
  await db.query('checkpoint');
}

const INSERT = `
  with placed as (
    insert into orders (reservation_id, user_id, product_id, quantity, unit_price_minor, amount_minor, currency,
      status, version, epoch, body_hash, paid, hold_done, created_at, updated_at)
    select gen_random_uuid(), 'buyer-' || (n % 100000), $1, 1, 4990, 4990, 'EUR',
      'CONFIRMED', 2, 1, 'stored', true, true, at, at
    from generate_series($2::int, $2::int + $3::int - 1) as n,
      lateral (select now() - interval '365 days' * (1 - n::float / $4::int) as at) as placed_at
    returning order_id, created_at
  )
  insert into order_events (order_id, version, type, topics, occurred_at, published_at)
  select order_id, version, case version when 1 then 'PENDING' else 'CONFIRMED' end,
    array['orders.progress'], created_at, created_at
  from placed, generate_series(1, 2) as version`;
