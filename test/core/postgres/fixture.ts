/** What the tests of this folder start from: seeded products, reservations to accept, and the sums that must hold. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import {
  acceptOrders,
  type AcceptedOrder,
  type AcceptRow,
} from '../../../src/core/postgres/accept-orders.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import type { Db } from '../../../src/core/postgres/db.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findConservation } from '../../../src/core/postgres/find-conservation.js';
import { recordCaptures, type CaptureOutcome } from '../../../src/core/postgres/record-capture.js';
import { seedStock } from '../../../src/core/postgres/seed-stock-rows.js';

export const UNIT_PRICE = { amountMinor: 4990, currency: 'EUR' } as const;
export const TO_PAY_MS = 900_000;

/** @returns the product's id, of its own for each call */
export async function makeProduct(db: Db, units: number): Promise<string> {
  const productId = `p-${randomUUID().slice(0, 8)}`;
  await seedStock(db, {
    operationId: randomUUID(),
    mode: 'seed',
    rows: [{ productId, quantity: units }],
    actor: 'test',
  });
  return productId;
}

export function makeRow(productId: string, overrides: Partial<AcceptRow> = {}): AcceptRow {
  return {
    reservationId: randomUUID(),
    userId: 'ann',
    productId,
    quantity: 1,
    unitPrice: UNIT_PRICE,
    epoch: 1,
    bodyHash: `hash-of-${productId}-${overrides.quantity ?? 1}`,
    ...overrides,
  };
}

export async function acceptOne(
  db: Db,
  productId: string,
  overrides: Partial<AcceptRow> = {},
): Promise<AcceptedOrder> {
  const row = makeRow(productId, overrides);
  const outcome = (await acceptOrders(db, [row])).get(row.reservationId);
  if (outcome?.kind !== 'new') throw new Error(`expected a new order, got ${outcome?.kind}`);
  return outcome.order;
}

export async function acceptMany(
  db: Db,
  productId: string,
  count: number,
  overrides: Partial<AcceptRow> = {},
): Promise<AcceptedOrder[]> {
  const rows = Array.from({ length: count }, () => makeRow(productId, overrides));
  return [...(await acceptOrders(db, rows)).values()].map((outcome) => {
    if (outcome.kind !== 'new') throw new Error(`expected a new order, got ${outcome.kind}`);
    return outcome.order;
  });
}

/** An order whose saga waits for the customer's money. */
export async function acceptAndBegin(
  db: Db,
  productId: string,
  overrides: Partial<AcceptRow> = {},
): Promise<AcceptedOrder> {
  const order = await acceptOne(db, productId, overrides);
  await beginOrders(db, [{ orderId: order.orderId, deadlineMs: TO_PAY_MS }]);
  return order;
}

export async function capture(
  db: Db,
  order: Pick<AcceptedOrder, 'orderId' | 'amount'>,
  overrides: { attempt?: number; gatewayReference?: string; amountMinor?: number; userId?: string } = {},
): Promise<CaptureOutcome | undefined> {
  const { orderId, amount } = order;
  const attempt = overrides.attempt ?? 1;
  const outcomes = await recordCaptures(db, [
    {
      orderId,
      attempt,
      gateway: 'simulated',
      gatewayReference: overrides.gatewayReference ?? `${orderId}-${attempt}`,
      amountMinor: overrides.amountMinor ?? amount.amountMinor,
      currency: amount.currency,
      ...(overrides.userId !== undefined && { userId: overrides.userId }),
    },
  ]);
  return outcomes.get(orderId);
}

/** I1 and I2, from the tables themselves: claimed is what live and sold orders add up to, and within what was seeded. */
export async function expectConserved(db: Db, productIds?: readonly string[]): Promise<void> {
  for (const product of await findConservation(db, productIds)) {
    expect(product.held + product.sold, `held + sold of ${product.productId}`).toBe(product.claimed);
    expect(product.claimed).toBeLessThanOrEqual(product.seeded);
    expect(product.claimed).toBeGreaterThanOrEqual(0);
  }
}

export async function claimedOf(db: Db, productId: string): Promise<number> {
  const [product] = await findConservation(db, [productId]);
  if (!product) throw new Error(`no stock of ${productId}`);
  return product.claimed;
}

export async function typesOf(db: Db, orderId: string): Promise<string[]> {
  const { rows } = await db.query<{ type: string; version: number }>(
    'select type, version from order_events where order_id = $1 order by version',
    [orderId],
  );
  // Versions rise by one, so a reader that drops lower ones misses nothing (I11).
  expect(rows.map((row) => row.version)).toEqual(rows.map((_, index) => index + 1));
  return rows.map((row) => row.type);
}

/** The ending that the deadline decides. */
export const expired = (orderId: string) =>
  ({ orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' }) as const;
/** The ending that the customer decides. */
export const cancelled = (orderId: string) =>
  ({ orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_CUSTOMER' }) as const;

/** As the deadline does it. */
export async function expireOrder(db: Db, orderId: string): Promise<void> {
  const ended = await endOrders(db, [expired(orderId)]);
  expect(ended.get(orderId)?.status).toBe('EXPIRED');
}

/** What the ending of an order has left to do. */
export async function endingOf(
  db: Db,
  orderId: string,
): Promise<{ generation: number; refund_due: boolean; review_reason: string | null; hold_done: boolean }> {
  const { rows } = await db.query<{
    generation: number;
    refund_due: boolean;
    review_reason: string | null;
    hold_done: boolean;
  }>('select generation, refund_due, review_reason, hold_done from orders where order_id = $1', [orderId]);
  const [row] = rows;
  if (!row) throw new Error('no such order');
  return row;
}
