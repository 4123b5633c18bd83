/** Orders as `serve` leaves them, committed with their outbox event, without a serve. */
import { randomUUID } from 'node:crypto';
import { TOPICS } from '../../src/core/names.js';
import type { OutboxRecord } from '../../src/core/outbox/record.js';
import { acceptOrders } from '../../src/core/postgres/accept-orders.js';
import type { Pool } from '../../src/core/postgres/create-pool.js';

/**
 * Accepts `count` orders of one unit each, of a product made for it.
 * @returns their reservation events, as `serve` would offer them to its relay
 */
export async function acceptSome(pool: Pool, count: number, productId = 'tee'): Promise<OutboxRecord[]> {
  await pool.query(
    `with product as (
       insert into products (product_id, name, price_minor, currency) values ($1, $1, 4990, 'EUR')
       on conflict do nothing
     )
     select`,
    [productId],
  );
  await pool.query(
    `insert into stock (product_id, seeded) values ($1, 1000000) on conflict (product_id) do nothing`,
    [productId],
  );
  const unitPrice = { amountMinor: 4_990, currency: 'EUR' };
  const rows = Array.from({ length: count }, (_, index) => ({
    reservationId: randomUUID(),
    userId: `buyer-${index}`,
    productId,
    quantity: 1,
    unitPrice,
    epoch: 1,
    bodyHash: 'a-hash',
  }));
  const outcomes = await acceptOrders(pool, rows);
  return [...outcomes.values()].map((outcome) => {
    if (outcome.kind !== 'new') throw new Error(`not accepted: ${outcome.kind}`);
    const { orderId, reservationId, userId, amount, version, createdAt, status } = outcome.order;
    return {
      eventId: outcome.eventId,
      orderId,
      version,
      type: status,
      topics: [TOPICS.reservations],
      occurredAt: createdAt,
      data: null,
      order: { reservationId, userId, productId, quantity: 1, unitPrice, amount, status, failureCode: null },
    };
  });
}
