/** A shop whose orders have come to where only a sweep brings them on, and everything a sweep is given. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { sweepEndings } from '../../../src/core/sweeps/sweep-endings.js';
import type { OutboxRecord } from '../../../src/core/outbox/record.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { recordCaptures, type CaptureOutcome } from '../../../src/core/postgres/record-capture.js';
import type { SweepDeps } from '../../../src/core/sweeps/sweep-deps.js';
import { createShop, type PlacedOrder, type Shop } from '../catalog/shop.js';
import { expectConserved, typesOf } from '../postgres/fixture.js';

export const GATEWAY = 'simulated';

export interface SweepStand {
  readonly shop: Shop;
  readonly deps: SweepDeps;
  readonly announced: OutboxRecord[];
  readonly counts: Record<string, number>;
  /** A placed order that waits for its payment. */
  waiting(productId: string, options?: { quantity?: number; deadlineMs?: number }): Promise<PlacedOrder>;
  /** An order whose time to pay is over, its units given back everywhere. */
  expired(productId: string, options?: { quantity?: number }): Promise<PlacedOrder>;
  pay(
    order: PlacedOrder,
    options?: { attempt?: number; gateway?: string; amountMinor?: number },
  ): Promise<CaptureOutcome | undefined>;
  cancelThoughPaid(order: PlacedOrder): Promise<void>;
  status(order: PlacedOrder): Promise<string | undefined>;
  finishEndings(): Promise<void>;
  /**
   * The units of one product by every count there is, and that nothing drifts: after the endings were swept.
   * @param expected as they must be at rest
   */
  expectAtRest(productId: string, expected: { sold: number; available: number }): Promise<void>;
}

export async function createSweepStand(name: string): Promise<SweepStand> {
  const shop = await createShop(name);
  const { pool, log } = shop.space;
  const announced: OutboxRecord[] = [];
  const counts: Record<string, number> = {};
  const stand: SweepStand = {
    shop,
    announced,
    counts,
    deps: {
      ...shop.deps,
      log,
      announce: (changes) => void announced.push(...[...changes].flatMap((change) => change.events)),
      count: (code) => void (counts[code] = (counts[code] ?? 0) + 1),
    },
    async waiting(productId, { quantity = 1, deadlineMs = 60_000 } = {}) {
      const order = await shop.place(productId, { quantity });
      await beginOrders(pool, [{ orderId: order.orderId, deadlineMs }]);
      return order;
    },
    async expired(productId, options) {
      const order = await stand.waiting(productId, options);
      await shop.end(order, 'EXPIRED');
      await stand.finishEndings();
      return order;
    },
    async pay({ orderId, hold }, options = {}) {
      const { attempt = 1, gateway = GATEWAY } = options;
      const amountMinor = options.amountMinor ?? hold.unitPrice.amountMinor * hold.quantity;
      const capture = { orderId, attempt, gateway, gatewayReference: randomUUID() };
      const outcomes = await recordCaptures(pool, [
        { ...capture, amountMinor, currency: hold.unitPrice.currency },
      ]);
      return outcomes.get(orderId);
    },
    async cancelThoughPaid({ orderId }) {
      await endOrders(pool, [
        { orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR', evenIfPaid: true },
      ]);
    },
    status: async ({ orderId }) => (await findOrder(pool, orderId))?.status,
    async finishEndings() {
      await sweepEndings({ ...shop.deps, log }, { olderThanMs: 0, limit: 1_000 });
    },
    async expectAtRest(productId, expected) {
      await stand.finishEndings();
      await expectConserved(pool, [productId]);
      expect(await shop.audit(productId)).toMatchObject({
        ...expected,
        held: 0,
        redisAvailable: expected.available,
        inFlight: 0,
        drift: 0,
        problem: null,
      });
      expect((await shop.totals(productId)).holds).toBe(0);
    },
  };
  return stand;
}

/** Each status once: a change that was made twice shows as a second event. */
export async function expectOnce(stand: SweepStand, { orderId }: PlacedOrder, type: string): Promise<void> {
  const types = await typesOf(stand.shop.space.pool, orderId);
  expect(types.filter((one) => one === type)).toEqual([type]);
}
