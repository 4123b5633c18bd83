import { describe, expect, it } from 'vitest';
import { findPayments } from '../../src/core/postgres/find-payments.js';
import { findTimeline } from '../../src/core/postgres/find-timeline.js';
import type { Activities } from '../../src/worker/activities/create-activities.js';
import { HELD_ONE, losingReplies, openSagaStand, SOLD_ONE } from './saga-stand.js';

describe.concurrent('a saga whose replies or worker are lost', () => {
  it.for([
    ['begin_orders', 2],
    // From here on the repeated activity finds it done, and does not ask a second time.
    ['record_captures', 1],
    ['confirm_orders', 2],
    ['set hold_done = true', 1],
  ] as const)(
    'confirms once when the reply to "%s" is lost after its commit',
    async ([fragment, times], { onTestFinished }) => {
      const stand = await openSagaStand(onTestFinished);
      const losing = losingReplies(stand.space.pool, fragment, times);
      const worker = await stand.worker({ deps: { pool: losing.pool } });
      const orderId = await stand.order();
      await worker.start({ orderId });
      expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
      expect(losing.lost()).toBe(times);
      expect(await stand.units()).toEqual(SOLD_ONE);
      const timeline = await findTimeline(stand.space.pool, orderId);
      expect(new Set(timeline.map((event) => event.type)).size).toBe(timeline.length);
      expect(await findPayments(stand.space.pool, orderId)).toHaveLength(1);
    },
  );

  it.for(['end_orders', "'DECLINED'", 'set hold_done = true'])(
    'gives the unit back once when the reply to "%s" is lost after its commit',
    async (fragment, { onTestFinished }) => {
      const stand = await openSagaStand(onTestFinished);
      const losing = losingReplies(stand.space.pool, fragment, 2);
      const worker = await stand.worker({
        deps: { pool: losing.pool },
        settings: { simulatedApproveRate: '0' },
      });
      const orderId = await stand.order({ quantity: 2 });
      const other = await stand.order();
      await worker.start({ orderId });
      expect(await worker.result(orderId)).toEqual({ status: 'FAILED' });
      expect(losing.lost()).toBe(2);
      // The other order's unit is still held: nothing was given back twice (I8).
      expect(await stand.units()).toEqual(HELD_ONE);
      expect((await stand.row(other)).status).toBe('PENDING');
    },
  );

  it('resumes on another worker when the first one died between two steps', async ({ onTestFinished }) => {
    const stand = await openSagaStand(onTestFinished);
    let confirming: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (confirming = resolve));
    const dying = (activities: Activities): Activities => ({
      ...activities,
      // Its effect is committed and nobody will ever hear of it.
      confirmOrder: async (orderId) => {
        await activities.confirmOrder(orderId);
        confirming();
        return new Promise<never>(() => undefined);
      },
    });
    const first = await stand.worker({ bend: dying });
    const orderId = await stand.order();
    await first.start({ orderId });
    await reached;
    await first.abandon();
    const worker = await stand.worker();
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect(await stand.units()).toEqual(SOLD_ONE);
    const timeline = await findTimeline(stand.space.pool, orderId);
    expect(timeline.filter((event) => event.type === 'CONFIRMED')).toHaveLength(1);
  });
});
