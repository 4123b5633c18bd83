/** What must hold when the load has stopped and every queue is drained, read from data and never from logs. */
import { expect } from 'vitest';
import { readOrder, inParallel, type Pipeline } from './pipeline.js';
import { waitFor } from './wait-for.js';
import type { Space } from './space.js';

const LIVE = `('PENDING','INVENTORY_RESERVED','PAYMENT_PENDING','PAYMENT_CONFIRMED')`;

interface Audit {
  readonly ok: boolean;
  readonly products: readonly {
    readonly productId: string;
    readonly seeded: number;
    readonly available: number;
    readonly held: number;
    readonly sold: number;
    readonly redisAvailable: number;
    readonly inFlight: number;
    readonly drift: number;
  }[];
}

/** Waits until no order is live, every ending has its Redis half and the outbox is empty (I6, I9). */
export async function waitForRest(space: Pick<Space, 'pool'>, timeoutMs = 60_000): Promise<void> {
  await waitFor(
    async () => {
      const { rows } = await space.pool.query<{ open: string }>(
        `select (select count(*) from orders where status in ${LIVE} or (not hold_done and status not in ('ABANDONED','REFUSED')))
              + (select count(*) from order_events where published_at is null and topics <> '{}') as open`,
      );
      return rows[0]?.open === '0';
    },
    {
      timeoutMs,
      intervalMs: 200,
      what: 'every order to end, its hold to be done and the outbox to be empty',
    },
  );
}

/**
 * Asserts a clean audit with nothing held (I1, I2, I3, I8), and that each accepted order is readable by its owner
 * and final (I4, I9).
 */
export async function expectAtRest(
  pipeline: Pipeline,
  accepted: readonly { orderId: string; userId: string }[],
): Promise<Audit> {
  const audit = await pipeline.json<Audit>(['audit']);
  expect(audit.ok).toBe(true);
  for (const product of audit.products) {
    expect(product.held).toBe(0);
    expect(product.inFlight).toBe(0);
    expect(product.available + product.sold).toBe(product.seeded);
    expect(product.redisAvailable).toBe(product.available);
  }
  const statuses = await inParallel(accepted, 20, async (order) => {
    const answer = await readOrder(pipeline, order.userId, order.orderId);
    return `${answer.status} ${answer.body.status}`;
  });
  for (const status of statuses) expect(status).toMatch(/^200 (CONFIRMED|FAILED|CANCELLED|EXPIRED)$/);
  return audit;
}

/** Each accepted order has exactly one saga: every status appears at most once in its timeline (I7). */
export async function expectOneSagaEach(space: Pick<Space, 'pool'>): Promise<void> {
  const { rows } = await space.pool.query<{ order_id: string; type: string }>(
    `select order_id, type from order_events group by order_id, type having count(*) > 1`,
  );
  expect(rows).toEqual([]);
}
