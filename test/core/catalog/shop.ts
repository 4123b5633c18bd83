/** A shop on real servers: products that are seeded, and orders that are reserved, accepted and ended as the roles do. */
import { randomUUID } from 'node:crypto';
import { auditProducts } from '../../../src/core/catalog/audit.js';
import type { AuditedProduct } from '../../../src/core/catalog/audit-report.js';
import type { CatalogDeps } from '../../../src/core/catalog/catalog-deps.js';
import { seedPrices, type SeedPricesReport } from '../../../src/core/catalog/seed-prices.js';
import {
  seedStock,
  type SeedStockReport,
  type SeedStockRequest,
} from '../../../src/core/catalog/seed-stock.js';
import type { FailureCode, ReleasedStatus } from '../../../src/core/order.js';
import { acceptOrders, type AcceptOutcome } from '../../../src/core/postgres/accept-orders.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
import type { Hold } from '../../../src/core/redis/hold.js';
import { readTotals, type Totals } from '../../../src/core/redis/read-totals.js';
import { createReserve, type Reservation } from '../../../src/core/redis/reserve.js';
import { createSpace, type Space } from '../../support/space.js';

/** What `audit` says of a product whose counts agree. */
export const CLEAN = { drift: 0, problem: null };

export interface PlacedOrder {
  readonly orderId: string;
  readonly hold: Hold;
}

export interface Shop {
  readonly space: Space;
  readonly deps: CatalogDeps;
  /** Of no product so far. */
  newProductId(): string;
  /** Seeds one product; more of the request by `overrides`. */
  seed(productId: string, quantity: number, overrides?: Partial<SeedStockRequest>): Promise<SeedStockReport>;
  /** Seeds a price of 49.90 EUR. */
  price(productId: string): Promise<SeedPricesReport>;
  /** Seeds units and the price. */
  open(productId: string, quantity: number): Promise<void>;
  hold(productId: string, overrides?: Partial<Reservation>): Promise<Hold>;
  accept(hold: Hold): Promise<AcceptOutcome>;
  place(productId: string, overrides?: Partial<Reservation>): Promise<PlacedOrder>;
  /** Decides the ending in Postgres, and nothing else. */
  end(order: PlacedOrder, status?: ReleasedStatus): Promise<void>;
  /** Pays and confirms in Postgres, and nothing else. */
  confirm(order: PlacedOrder): Promise<void>;
  totals(productId: string): Promise<Totals>;
  audit(productId: string): Promise<AuditedProduct>;
  /** Makes Redis forget everything of this shop. */
  loseRedis(): Promise<void>;
}

const FAILURES = {
  FAILED: 'PAYMENT_DECLINED',
  CANCELLED: 'CANCELLED_BY_CUSTOMER',
  EXPIRED: 'PAYMENT_EXPIRED',
} as const satisfies Record<ReleasedStatus, FailureCode>;

export async function createShop(name: string): Promise<Shop> {
  const space = await createSpace(name);
  const { pool, redis, prefix } = space;
  const deps = { pool, redis, prefix };
  const reserve = createReserve(redis, prefix);
  const operator = { actor: 'ada', host: 'test' };

  const shop: Shop = {
    space,
    deps,
    newProductId: () => `product-${randomUUID().slice(0, 8)}`,
    seed: (productId, quantity, overrides = {}) =>
      seedStock(deps, {
        operationId: randomUUID(),
        mode: 'seed',
        rows: [{ productId, quantity }],
        closed: false,
        dryRun: false,
        ...operator,
        ...overrides,
      }),
    price: (productId) =>
      seedPrices(deps, {
        rows: [{ productId, price: { amountMinor: 4990, currency: 'EUR' } }],
        dryRun: false,
        ...operator,
      }),
    async open(productId, quantity) {
      await shop.seed(productId, quantity);
      await shop.price(productId);
    },
    async hold(productId, overrides = {}) {
      const reservation = {
        reservationId: randomUUID(),
        productId,
        userId: 'bob',
        quantity: 1,
        bodyHash: 'b0d1',
      };
      const result = await reserve({ ...reservation, ...overrides });
      if (!('hold' in result)) throw new Error(`not reserved: ${result.kind}`);
      return result.hold;
    },
    async accept(hold) {
      const outcome = (await acceptOrders(pool, [hold])).get(hold.reservationId);
      if (!outcome) throw new Error('no outcome');
      return outcome;
    },
    async place(productId, overrides) {
      const hold = await shop.hold(productId, overrides);
      const outcome = await shop.accept(hold);
      if (outcome.kind !== 'new') throw new Error(`not accepted: ${outcome.kind}`);
      return { orderId: outcome.order.orderId, hold };
    },
    async end({ orderId }, status = 'CANCELLED') {
      await endOrders(pool, [{ orderId, status, failureCode: FAILURES[status] }]);
    },
    async confirm({ orderId, hold }) {
      await beginOrders(pool, [{ orderId, deadlineMs: 60_000 }]);
      const { unitPrice, quantity } = hold;
      await recordCaptures(pool, [
        {
          orderId,
          attempt: 1,
          gateway: 'test',
          gatewayReference: randomUUID(),
          amountMinor: unitPrice.amountMinor * quantity,
          currency: unitPrice.currency,
        },
      ]);
      const confirmed = (await confirmOrders(pool, [orderId])).get(orderId);
      if (confirmed?.status !== 'CONFIRMED') throw new Error(`not confirmed: ${confirmed?.status}`);
    },
    totals: (productId) => readTotals(redis, prefix, productId),
    async audit(productId) {
      const [product] = (await auditProducts({ pool, redis, prefix }, [productId])).products;
      if (!product) throw new Error('no product');
      return product;
    },
    async loseRedis() {
      const keys = await redis.keys(`${prefix}:*`);
      if (keys.length > 0) await redis.del(...keys);
    },
  };
  return shop;
}
