import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TOPICS } from '../../src/core/names.js';
import type { OutboxRecord } from '../../src/core/outbox/record.js';
import { endOrders } from '../../src/core/postgres/end-orders.js';
import { findTimeline } from '../../src/core/postgres/find-timeline.js';
import { acceptSome } from '../support/accepted-orders.js';
import { createSpace, type Space } from '../support/space.js';
import { away, createBatch, createBatchStand, messageOf, offsetAt, type BatchStand } from './batch-stand.js';

describe('consume, batch by batch', () => {
  let space: Space;
  let stand: BatchStand;

  beforeAll(async () => {
    space = await createSpace('consume-batch');
  });
  afterAll(() => space.close());
  beforeEach(() => {
    stand = createBatchStand(space.pool);
  });

  it('starts one saga per order, tracks it, tells the streams, and commits behind each chunk', async () => {
    const records = await acceptSome(space.pool, 250);
    const { batch, seen } = createBatch(records.map(messageOf));
    await stand.createHandler()(batch);
    expect(stand.sagas.size).toBe(250);
    expect([...stand.sagas.values()].every((starts) => starts === 1)).toBe(true);
    expect(seen.committed).toEqual([offsetAt(99), offsetAt(199), offsetAt(249)]);
    expect(seen.heartbeats).toBeGreaterThanOrEqual(3);
    expect(stand.offered).toHaveLength(250);
    expect(stand.offered[0]).toMatchObject({ version: 2, topics: [TOPICS.created, TOPICS.progress] });
    expect(stand.announced).toHaveLength(250);
    expect(stand.counted).toEqual({ started: 250, 'start observed': 250 });
  });

  it('gives one saga and one tracking event to an order whose message comes again', async () => {
    const records = await acceptSome(space.pool, 5);
    const values = records.map(messageOf);
    const handle = stand.createHandler();
    await handle(createBatch([...values, ...values]).batch);
    const again = createBatch(values);
    await handle(again.batch);
    expect([...stand.sagas.values()]).toEqual([2, 2, 2, 2, 2]);
    expect(stand.counted).toMatchObject({ started: 5, skipped: 5 });
    expect(stand.offered).toHaveLength(5);
    expect(again.seen.committed).toEqual([offsetAt(4)]);
    const timeline = await findTimeline(space.pool, records[0]?.orderId ?? '');
    expect(timeline.map((event) => event.version)).toEqual([1, 2]);
  });

  it('passes over an order that is no longer PENDING', async () => {
    const [record] = await acceptSome(space.pool, 1);
    await endOrders(space.pool, [
      { orderId: record?.orderId ?? '', status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR' },
    ]);
    const { batch, seen } = createBatch([messageOf(record as OutboxRecord)]);
    await stand.createHandler()(batch);
    expect(stand.sagas.size).toBe(0);
    expect(stand.counted).toEqual({ skipped: 1 });
    expect(seen.committed).toEqual([offsetAt(0)]);
  });

  it('commits nothing of a chunk while Temporal is away, and all of it afterwards without a second start', async () => {
    const records = await acceptSome(space.pool, 150);
    const failing = new Set(records.slice(120, 130).map((record) => record.orderId));
    const start = stand.startSaga;
    let refused = 0;
    stand.startSaga = (orderId) => {
      if (!failing.has(orderId)) return start(orderId);
      refused += 1;
      return Promise.reject(away());
    };
    const handle = stand.createHandler();
    const values = records.map(messageOf);
    const first = createBatch(values);
    await handle(first.batch);
    expect(refused, 'the fault must have fired').toBeGreaterThan(0);
    expect(first.seen.committed).toEqual([offsetAt(99)]);
    expect(first.seen.pauses).toHaveLength(1);
    expect(stand.waiting.get(2)).toMatch(/Temporal does not answer/);
    expect(stand.counted['retried']).toBe(50);
    expect(stand.progress).toBe(2);

    stand.startSaga = start;
    const rest = createBatch(values.slice(100));
    await handle(rest.batch);
    expect(rest.seen.committed).toEqual([offsetAt(49)]);
    expect(stand.sagas.size).toBe(150);
    expect(stand.counted['started']).toBe(150);
    expect(stand.offered).toHaveLength(150);
    expect(stand.waiting.size).toBe(0);
  });

  it('waits longer each time, and shortly again after it got on', async () => {
    const [record] = await acceptSome(space.pool, 1);
    const start = stand.startSaga;
    stand.startSaga = () => Promise.reject(away());
    const handle = stand.createHandler();
    const pauses: number[] = [];
    const one = async () => {
      const { batch, seen } = createBatch([messageOf(record as OutboxRecord)]);
      await handle(batch);
      pauses.push(...seen.pauses);
    };
    for (let attempt = 0; attempt < 8; attempt += 1) await one();
    expect(Math.max(...pauses)).toBeLessThanOrEqual(6_250);
    expect(pauses.at(-1)).toBeGreaterThan(3_000);
    stand.startSaga = start;
    await one();
    stand.startSaga = () => Promise.reject(away());
    await one();
    expect(pauses.at(-1)).toBeLessThan(500);
  });

  it('counts a fault of our own as no progress, so that the process ends instead of waiting for ever', async () => {
    const [record] = await acceptSome(space.pool, 1);
    stand.startSaga = () => Promise.reject(new TypeError('a mistake'));
    const { batch, seen } = createBatch([messageOf(record as OutboxRecord)]);
    await stand.createHandler()(batch);
    expect(stand.progress).toBe(0);
    expect(seen.committed).toEqual([]);
    expect(seen.pauses).toHaveLength(1);
  });

  it('keeps events of a newer version where they are, handles those before them and says so', async () => {
    const [record] = await acceptSome(space.pool, 1);
    const newer = JSON.stringify({ schemaVersion: 2, orderId: randomUUID() });
    const { batch, seen } = createBatch([messageOf(record as OutboxRecord), newer, 'not json']);
    await stand.createHandler()(batch);
    expect(seen.committed).toEqual([offsetAt(0)]);
    expect(seen.pauses).toEqual([30_000]);
    expect(stand.buried).toEqual([]);
    expect(stand.waiting.get(2)).toMatch(/schema version 2 need a newer consumer/);
  });

  it('ends without committing once the partition is gone', async () => {
    const records = await acceptSome(space.pool, 150);
    let current = true;
    const { batch, seen } = createBatch(records.map(messageOf), {
      isCurrent: () => current,
      heartbeat: () => {
        current = false;
        return Promise.resolve();
      },
    });
    await stand.createHandler()(batch);
    expect(seen.committed).toEqual([offsetAt(99)]);
    expect(stand.sagas.size).toBe(100);
  });

  it('commits nothing when the membership ended while it worked, and lets the client see why', async () => {
    const [record] = await acceptSome(space.pool, 1);
    const rebalance = Object.assign(new Error('the group is rebalancing'), { type: 'REBALANCE_IN_PROGRESS' });
    let beaten: () => void = () => undefined;
    const heartbeatSeen = new Promise<void>((resolve) => (beaten = resolve));
    const start = stand.startSaga;
    stand.startSaga = async (orderId) => {
      await heartbeatSeen;
      return start(orderId);
    };
    const { batch, seen } = createBatch([messageOf(record as OutboxRecord)], {
      heartbeat: () => {
        beaten();
        return Promise.reject(rebalance);
      },
    });
    await expect(stand.createHandler()(batch)).rejects.toBe(rebalance);
    expect(seen.committed).toEqual([]);
    expect(stand.sagas.size).toBe(1);
  });
});
