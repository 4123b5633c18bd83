import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findSuspects } from '../../../src/core/postgres/find-suspects.js';
import { findStuckOrders } from '../../../src/core/postgres/find-stuck-orders.js';
import { findTimeline } from '../../../src/core/postgres/find-timeline.js';
import { markPublished } from '../../../src/core/postgres/mark-published.js';
import { measureOutbox } from '../../../src/core/postgres/measure-outbox.js';
import { requeueOrders } from '../../../src/core/postgres/requeue-orders.js';
import { selectUnpublished } from '../../../src/core/postgres/select-unpublished.js';
import { trackOrders } from '../../../src/core/postgres/track-orders.js';
import { withTransaction } from '../../../src/core/postgres/with-transaction.js';
import { createSpace, type Space } from '../../support/space.js';
import { acceptMany, acceptOne, claimedOf, makeProduct, TO_PAY_MS } from './fixture.js';

let space: Space;
let productId: string;
beforeAll(async () => {
  space = await createSpace('outbox');
});
beforeEach(async () => {
  await space.pool.query('truncate orders, order_events cascade');
  productId = await makeProduct(space.pool, 1_000);
});
afterAll(async () => {
  await space.close();
});

const take = (limit: number, olderThanMs = 0) =>
  withTransaction(space.pool, (db) => selectUnpublished(db, { olderThanMs, limit }));

describe('the outbox', () => {
  it('gives what was not published, oldest first, with all a message needs', async () => {
    const first = await acceptOne(space.pool, productId, { quantity: 2 });
    const second = await acceptOne(space.pool, productId);
    const records = await take(10);
    expect(records.map((record) => record.orderId)).toEqual([first.orderId, second.orderId]);
    expect(records[0]).toEqual({
      eventId: expect.stringMatching(/^\d+$/) as string,
      orderId: first.orderId,
      version: 1,
      type: 'PENDING',
      topics: ['orders.reservations'],
      occurredAt: first.createdAt,
      data: null,
      order: {
        reservationId: first.reservationId,
        userId: first.userId,
        productId,
        quantity: 2,
        unitPrice: first.unitPrice,
        amount: first.amount,
        status: 'PENDING',
        failureCode: null,
      },
    });
  });

  it('tells of the status each event belongs to, although the order moved on', async () => {
    const order = await acceptOne(space.pool, productId);
    await trackOrders(space.pool, [order.orderId]);
    await beginOrders(space.pool, [{ orderId: order.orderId, deadlineMs: TO_PAY_MS }]);
    await endOrders(space.pool, [
      { orderId: order.orderId, status: 'FAILED', failureCode: 'PAYMENT_DECLINED' },
    ]);
    const told = (await take(10)).map((record) => [
      record.type,
      record.order.status,
      record.order.failureCode,
    ]);
    expect(told).toEqual([
      ['PENDING', 'PENDING', null],
      ['TRACKED', 'PENDING', null],
      ['PAYMENT_PENDING', 'PAYMENT_PENDING', null],
      ['FAILED', 'FAILED', 'PAYMENT_DECLINED'],
    ]);
  });

  it('leaves fresh events to who made them', async () => {
    await acceptOne(space.pool, productId);
    expect(await take(10, 60_000)).toEqual([]);
    expect(await take(10, 0)).toHaveLength(1);
  });

  it('passes over what another relay has in hand, and gives it again when that one fails', async () => {
    await acceptMany(space.pool, productId, 6);
    const failure = withTransaction(space.pool, async (db) => {
      const mine = await selectUnpublished(db, { olderThanMs: 0, limit: 4 });
      const others = await take(10);
      expect(mine).toHaveLength(4);
      expect(others).toHaveLength(2);
      throw new Error('the broker is away');
    });
    await expect(failure).rejects.toThrow('the broker is away');
    expect(await take(10)).toHaveLength(6);
  });

  it('forgets what the broker acknowledged, also when it is marked twice', async () => {
    await acceptMany(space.pool, productId, 3);
    const [first, ...others] = await take(10);
    if (!first) throw new Error('nothing to publish');
    await markPublished(space.pool, [first.eventId]);
    await markPublished(space.pool, [first.eventId]);
    expect((await take(10)).map((record) => record.eventId)).toEqual(others.map((record) => record.eventId));
    expect((await findTimeline(space.pool, first.orderId))[0]?.publishedAt).toBeInstanceOf(Date);
  });

  it('is measured by depth and age, counting no further than asked', async () => {
    expect(await measureOutbox(space.pool)).toEqual({ depth: 0, oldestAgeMs: null });
    await acceptMany(space.pool, productId, 5);
    await space.pool.query(`update order_events set occurred_at = now() - interval '1 minute'
      where event_id = (select min(event_id) from order_events)`);
    const { depth, oldestAgeMs } = await measureOutbox(space.pool);
    expect(depth).toBe(5);
    expect(oldestAgeMs).toBeGreaterThanOrEqual(60_000);
    expect((await measureOutbox(space.pool, 3)).depth).toBe(3);
  });
});

describe('a timeline', () => {
  it('has every event in order, and from a version on only the later ones', async () => {
    const order = await acceptOne(space.pool, productId);
    await beginOrders(space.pool, [{ orderId: order.orderId, deadlineMs: TO_PAY_MS }]);
    const timeline = await findTimeline(space.pool, order.orderId);
    expect(timeline.map((event) => [event.version, event.type])).toEqual([
      [1, 'PENDING'],
      [2, 'INVENTORY_RESERVED'],
      [3, 'PAYMENT_PENDING'],
    ]);
    expect(timeline[2]?.data).toEqual({ payBy: expect.any(String) as string });
    expect((await findTimeline(space.pool, order.orderId, 2)).map((event) => event.version)).toEqual([3]);
    expect(await findTimeline(space.pool, 'not-an-id')).toEqual([]);
  });
});

describe('stuck orders', () => {
  it('are the PENDING ones, oldest first, with where they got to', async () => {
    const [waiting, published, begun] = await acceptMany(space.pool, productId, 3);
    if (!waiting || !published || !begun) throw new Error('three were asked for');
    await space.pool.query(
      `update orders set created_at = now_ms() - interval '5 minutes' where order_id = $1`,
      [published.orderId],
    );
    await beginOrders(space.pool, [{ orderId: begun.orderId, deadlineMs: TO_PAY_MS }]);
    const record = (await take(10)).find((candidate) => candidate.orderId === published.orderId);
    await markPublished(space.pool, [record?.eventId ?? '']);
    await trackOrders(space.pool, [published.orderId]);

    const all = { olderThanMs: 0, limit: 10 };
    const stuck = await findStuckOrders(space.pool, all);
    expect(stuck).toEqual([
      {
        orderId: published.orderId,
        status: 'PENDING',
        paid: false,
        overdue: false,
        since: expect.any(Date) as Date,
        ageSeconds: expect.any(Number) as number,
        publishedAt: expect.any(Date) as Date,
        replayCount: 0,
      },
      expect.objectContaining({ orderId: waiting.orderId, publishedAt: null }),
    ]);
    expect(stuck[0]?.ageSeconds).toBeGreaterThanOrEqual(300);
    const ids = async (filter: Partial<Parameters<typeof findStuckOrders>[1]>) =>
      (await findStuckOrders(space.pool, { ...all, ...filter })).map((order) => order.orderId);
    expect(await ids({ olderThanMs: 60_000 })).toEqual([published.orderId]);
    expect(await ids({ limit: 1 })).toEqual([published.orderId]);
    expect(await ids({ after: stuck[0] ?? null })).toEqual([waiting.orderId]);
    expect(await ids({ productIds: ['another'] })).toEqual([]);
    expect(await ids({ productIds: ['another', productId] })).toHaveLength(2);
    expect([...(await findSuspects(space.pool, [begun.orderId, randomUUID()])).values()]).toMatchObject([
      { orderId: begun.orderId, status: 'PAYMENT_PENDING', overdue: false },
    ]);
  });

  it('are put back into the outbox, once per call, and nothing else is touched', async () => {
    const [stuck, begun] = await acceptMany(space.pool, productId, 2);
    if (!stuck || !begun) throw new Error('two were asked for');
    await beginOrders(space.pool, [{ orderId: begun.orderId, deadlineMs: TO_PAY_MS }]);
    await markPublished(
      space.pool,
      (await take(10)).map((record) => record.eventId),
    );
    const asFound = [stuck.orderId, begun.orderId, randomUUID()].map((orderId) => ({
      orderId,
      replayCount: 0,
    }));
    expect(await requeueOrders(space.pool, asFound)).toEqual(new Set([stuck.orderId]));
    // Who found it before that is too late, however it looks by now.
    expect(await requeueOrders(space.pool, asFound)).toEqual(new Set());
    expect((await take(10)).map((record) => [record.orderId, record.version])).toEqual([[stuck.orderId, 1]]);
    expect((await findStuckOrders(space.pool, { olderThanMs: 0, limit: 1 }))[0]).toMatchObject({
      replayCount: 1,
      publishedAt: null,
    });
    expect(await claimedOf(space.pool, productId)).toBe(2);
  });
});
