/** Everything that changes orders, units or products beside a sale, on random rows and in random order. */
import { randomUUID } from 'node:crypto';
import { applyProductEvents } from '../../../src/core/catalog/apply-product-events.js';
import { loadProduct } from '../../../src/core/catalog/load-product.js';
import { seedPrices } from '../../../src/core/catalog/seed-prices.js';
import { seedStock } from '../../../src/core/catalog/seed-stock.js';
import { AppError } from '../../../src/core/errors.js';
import type { Order } from '../../../src/core/order.js';
import { refundOrders } from '../../../src/core/orders/refund-orders.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { claimLatePayments } from '../../../src/core/postgres/claim-late-payments.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { countReplays } from '../../../src/core/postgres/count-replays.js';
import type { Pool } from '../../../src/core/postgres/create-pool.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { flagForReview } from '../../../src/core/postgres/flag-for-review.js';
import { markPublished } from '../../../src/core/postgres/mark-published.js';
import { quarantineOrders } from '../../../src/core/postgres/quarantine-orders.js';
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
import { recordDecline } from '../../../src/core/postgres/record-decline.js';
import { recordRefund } from '../../../src/core/postgres/record-refund.js';
import { requestPayments } from '../../../src/core/postgres/request-payments.js';
import { requeueOrders } from '../../../src/core/postgres/requeue-orders.js';
import { resolveReview } from '../../../src/core/postgres/resolve-review.js';
import { trackOrders } from '../../../src/core/postgres/track-orders.js';
import { sweepEndings } from '../../../src/core/sweeps/sweep-endings.js';
import { sweepAbandonedHolds } from '../../../src/core/sweeps/sweep-holds.js';
import { sweepRestocks } from '../../../src/core/sweeps/sweep-restocks.js';
import type { Random } from '../../support/seeded-random.js';
import type { Shop } from '../catalog/shop.js';

type Actor = (pool: Pool, random: Random) => Promise<unknown>;

export const unreplayed = (orderId: string) => ({ orderId, replayCount: 0 });

/** @param orders those accepted so far */
export function createActors(
  shop: Shop,
  products: readonly string[],
  orders: () => Pick<Order, 'orderId' | 'amount'>[],
): Readonly<Record<string, Actor>> {
  const { space } = shop;
  const some = (from: Random) => from.shuffled(orders()).slice(0, 40);
  const ids = (from: Random) => some(from).map(({ orderId }) => orderId);
  const catalog = (pool: Pool) => ({ ...shop.deps, pool, log: space.log });
  const operator = { dryRun: false, actor: 'ada', host: 'test' };

  const endings = (pool: Pool, own: Random) =>
    endOrders(
      pool,
      some(own).map(({ orderId }) => ({
        orderId,
        status: own.pick(['EXPIRED', 'CANCELLED', 'FAILED'] as const),
        failureCode: 'PAYMENT_EXPIRED',
      })),
    );
  const sagas = async (pool: Pool, own: Random) => {
    const begun = some(own);
    await trackOrders(
      pool,
      begun.map(({ orderId }) => orderId),
    );
    await beginOrders(
      pool,
      own.shuffled(begun).map(({ orderId }) => ({ orderId, deadlineMs: 60_000 })),
    );
    await Promise.all(
      begun
        .slice(0, 3)
        .map(({ orderId }) =>
          recordDecline(pool, { orderId, attempt: 1, gateway: 'test', declineCode: 'no' }),
        ),
    );
    await requestPayments(pool, ids(own));
    await recordCaptures(
      pool,
      own.shuffled(begun).map(({ orderId, amount }) => ({
        orderId,
        attempt: 1,
        gateway: 'test',
        gatewayReference: orderId,
        ...amount,
      })),
    );
    await confirmOrders(pool, ids(own));
    await claimLatePayments(pool, ids(own));
  };
  const relays = async (pool: Pool, own: Random) => {
    const orderIds = ids(own);
    const { rows } = await pool.query<{ event_id: string }>(
      'select event_id from order_events where order_id = any($1::uuid[])',
      [orderIds],
    );
    await Promise.all([
      requeueOrders(pool, own.shuffled(orderIds).map(unreplayed)),
      countReplays(pool, own.shuffled(orderIds)),
      quarantineOrders(pool, own.shuffled(orderIds), 'a reason'),
      markPublished(pool, own.shuffled(rows.map((row) => row.event_id))),
    ]);
  };
  const stock = async (pool: Pool, own: Random) => {
    const rows = own.shuffled(products).map((productId) => ({ productId, quantity: 1 + own.below(3) }));
    const mode = own.pick(['add', 'remove'] as const);
    // Fewer units than are claimed are refused, and then nothing moves.
    await seedStock(catalog(pool), {
      operationId: randomUUID(),
      mode,
      rows,
      closed: false,
      ...operator,
    }).catch((error: unknown) => {
      if (!(error instanceof AppError && ['REFUSED', 'REBUILDING'].includes(error.code))) throw error;
    });
  };
  const prices = (pool: Pool, own: Random) =>
    seedPrices(catalog(pool), {
      rows: own.shuffled(products).map((productId) => ({
        productId,
        price: { amountMinor: 100 + own.below(9), currency: 'EUR' },
      })),
      ...operator,
    });
  const events = (pool: Pool, own: Random) =>
    applyProductEvents(
      catalog(pool),
      own.shuffled(products).map((productId) => ({
        productId,
        eventType: 'PRICE_UPDATED',
        occurredAt: new Date(),
        name: undefined,
        price: { text: `1.0${own.below(9)}`, currency: 'EUR' },
        active: true,
        digest: randomUUID(),
      })),
      { defaultCurrency: undefined },
    );
  const sweeps = async (pool: Pool) => {
    // Younger than any order's way: what the sweep takes from under a request must end that request's key, no more.
    await sweepAbandonedHolds(catalog(pool), { olderThanMs: 0, limit: 200 });
    await sweepEndings(catalog(pool), { olderThanMs: 0, limit: 200 });
    await sweepRestocks(catalog(pool), { olderThanMs: 0, limit: 200 });
  };
  const loads = (pool: Pool, own: Random) => loadProduct(catalog(pool), own.pick(products));
  /** Cancels as an operator does, calls sales off with and without their units, and decides what waits for a person. */
  const operators = async (pool: Pool, own: Random) => {
    await endOrders(
      pool,
      some(own).map(({ orderId }) => ({
        orderId,
        status: 'CANCELLED' as const,
        failureCode: 'CANCELLED_BY_OPERATOR' as const,
        evenIfPaid: true,
      })),
    );
    await refundOrders(catalog(pool), {
      ...{ orderIds: ids(own), restock: own.below(2) === 0, actor: 'ada', reason: null },
    });
    await Promise.all(
      some(own)
        .slice(0, 3)
        .map(async ({ orderId }) => {
          await recordRefund(pool, { orderId, attempt: 1, refundReference: 'r' });
          await flagForReview(pool, orderId, 'a reason');
          const as = own.pick(['keep', 'retry', 'cancel'] as const);
          await resolveReview(pool, {
            ...{ orderId, seen: 'a reason', as, reference: 'r' },
            data: { cause: 'OTHER', as, sweptAgain: false },
          });
        }),
    );
  };
  return { endings, worker: sagas, relay: relays, sweep: sweeps, stock, prices, events, loads, operators };
}
