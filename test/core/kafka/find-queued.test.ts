import { describe, expect, it } from 'vitest';
import { findWaiting, type Bounds, type OffsetsAt } from '../../../src/core/kafka/find-queued.js';
import type { PartitionOffsets } from '../../../src/core/kafka/kafka-admin.js';

const start = 1_700_000_000_000;
/** One message every ten seconds at offsets 0, 1, 2, … of one partition. */
const published = Array.from({ length: 1_000 }, (_empty, index) => ({
  orderId: `order-${index}`,
  publishedAt: new Date(start + index * 10_000),
}));

function partition(committed: string | null, high = 1_000): PartitionOffsets {
  const lag = high - Number(committed ?? 0);
  return { topic: 'orders.reservations', partition: 0, low: '0', high: String(high), committed, lag };
}

function broker(): { offsetsAt: OffsetsAt; calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    offsetsAt: (time) => {
      calls += 1;
      const first = published.findIndex((message) => message.publishedAt.getTime() >= time);
      return Promise.resolve(new Map([[0, BigInt(first === -1 ? published.length : first)]]));
    },
  };
}

describe('findWaiting', () => {
  it('splits the messages at the position of the group, asking only a few times', async () => {
    const { offsetsAt, calls } = broker();
    const waiting = await findWaiting([partition('640')], published, offsetsAt);
    expect([...waiting].sort()).toEqual(
      published
        .slice(640)
        .map((message) => message.orderId)
        .sort(),
    );
    expect(calls()).toBeLessThanOrEqual(11);
  });

  it('counts everything as waiting for a group that never committed', async () => {
    const { offsetsAt } = broker();
    expect((await findWaiting([partition(null)], published, offsetsAt)).size).toBe(1_000);
  });

  it('asks nothing about a partition that was read to its end', async () => {
    const { offsetsAt, calls } = broker();
    expect((await findWaiting([partition('1000')], published, offsetsAt)).size).toBe(0);
    expect(calls()).toBe(0);
  });

  it('counts the last message as waiting while it is unread', async () => {
    const { offsetsAt } = broker();
    expect(await findWaiting([partition('999')], published, offsetsAt)).toEqual(new Set(['order-999']));
  });

  it('answers page after page from what it has learnt, with the same answers', async () => {
    const { offsetsAt, calls } = broker();
    const bounds: Bounds = new Map();
    const waiting: string[] = [];
    for (let at = 0; at < published.length; at += 50) {
      const page = published.slice(at, at + 50);
      waiting.push(...(await findWaiting([partition('640')], page, offsetsAt, bounds)));
    }
    expect(waiting.sort()).toEqual(
      published
        .slice(640)
        .map((message) => message.orderId)
        .sort(),
    );
    // Of a page on one side only, its far end is asked for; the page with the position takes a few more.
    expect(calls()).toBeLessThanOrEqual(published.length / 5);
  });
});
