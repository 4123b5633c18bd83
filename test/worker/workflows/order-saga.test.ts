/** How a saga gets its order paid: what it asks of the gateway, attempt by attempt, what wakes it, what it tries again. */
import { Context } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wakeSagaForPayment } from '../../../src/core/temporal/wake-saga.js';
import type { Activities } from '../../../src/worker/activities/create-activities.js';
import { waitFor } from '../../support/wait-for.js';
import { countBillableActions } from '../billable-actions.js';
import { createOrder } from '../scripted-order.js';
import { startScriptedWorker, type ScriptedWorker } from '../scripted-worker.js';

describe('orderSaga', () => {
  let worker: ScriptedWorker;
  beforeAll(async () => {
    worker = await startScriptedWorker();
  });
  afterAll(() => worker.close());

  it('confirms an order that is captured at once in one workflow task, without a timer', async () => {
    const { order, activities } = createOrder();
    const on = worker.play(activities);
    const orderId = await on.start();
    expect(await on.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect(order.calls).toEqual(['beginOrder', 'requestPayment', 'confirmOrder']);

    const history = await on.history(orderId);
    const count = (type: string) => history.filter((event) => event === `${type}EventAttributes`).length;
    // Billable: the start and what the server does for us. Local activities are markers of one task.
    expect(count('workflowExecutionStarted')).toBe(1);
    expect(count('workflowTaskCompleted')).toBe(1);
    expect(count('markerRecorded')).toBe(3);
    expect(count('activityTaskScheduled') + count('timerStarted')).toBe(0);
    expect(history).toHaveLength(8);
    expect(countBillableActions(history)).toBe(2);
  });

  it('asks a remote gateway by one ordinary activity: four billable actions, no timer', async () => {
    const { activities } = createOrder({ gateway: 'remote' });
    const on = worker.play(activities);
    const orderId = await on.start();
    expect(await on.result(orderId)).toEqual({ status: 'CONFIRMED' });
    const history = await on.history(orderId);
    expect(history.filter((event) => event === 'activityTaskScheduledEventAttributes')).toHaveLength(1);
    expect(history).not.toContain('timerStartedEventAttributes');
    expect(countBillableActions(history)).toBe(4);
  });

  it('is woken by a recorded payment and answers with the confirmed status', async () => {
    const { order, activities } = createOrder({ outcome: { kind: 'requires-action' } });
    const on = worker.play(activities);
    const orderId = await on.start();
    await on.untilItWaits(orderId);
    order.paid = true;
    const first = await wakeSagaForPayment(on.client, orderId, { updateId: 'payment-1' });
    expect(first).toEqual({ kind: 'woken', status: 'CONFIRMED' });
    expect(await on.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect(await wakeSagaForPayment(on.client, orderId, { updateId: 'payment-2' })).toEqual({
      kind: 'missing',
    });
  });

  it('looks at the row when woken without a payment, and goes on waiting under the same timer', async () => {
    const { order, activities } = createOrder({ outcome: { kind: 'requires-action' }, remainingMs: 1_500 });
    const on = worker.play(activities);
    const orderId = await on.start();
    await on.untilItWaits(orderId);
    const woken = await wakeSagaForPayment(on.client, orderId, { updateId: 'too-early' });
    expect(woken).toEqual({ kind: 'woken', status: 'PAYMENT_PENDING' });
    const calls = order.calls.length;
    // The same wake-up again gives the first answer, and no second look.
    expect(await wakeSagaForPayment(on.client, orderId, { updateId: 'too-early' })).toEqual(woken);
    expect(order.calls).toHaveLength(calls);
    expect(await on.result(orderId)).toEqual({ status: 'EXPIRED' });
    const history = await on.history(orderId);
    expect(history.filter((event) => event === 'timerStartedEventAttributes')).toHaveLength(1);
  });

  it('asks the gateway under the number of a further attempt, and confirms when that one pays', async () => {
    const { order, activities } = createOrder({ outcome: { kind: 'declined', final: false } });
    const on = worker.play(activities);
    const orderId = await on.start();
    await on.untilItWaits(orderId);
    order.payAgain();
    const woken = await wakeSagaForPayment(on.client, orderId, { updateId: 'pay-2' });
    // The look comes first, then the gateway.
    expect(woken).toEqual({ kind: 'woken', status: 'PAYMENT_PENDING' });
    expect(await on.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect(order.asked).toEqual([1, 2]);
  });

  it('goes on waiting after every attempt that may be tried again, and fails at a final decline', async () => {
    const again = { kind: 'declined', final: false } as const;
    const { order, activities } = createOrder({
      outcome: again,
      later: [{ kind: 'requires-action' }, again, { kind: 'declined', final: true }],
    });
    const on = worker.play(activities);
    const orderId = await on.start();
    for (const attempt of [2, 3, 4]) {
      await on.untilItWaits(orderId);
      order.payAgain();
      await wakeSagaForPayment(on.client, orderId, { updateId: `pay-${attempt}` });
    }
    expect(await on.result(orderId)).toEqual({ status: 'FAILED' });
    expect(order.asked).toEqual([1, 2, 3, 4]);
    const history = await on.history(orderId);
    expect(history.filter((event) => event === 'timerStartedEventAttributes')).toHaveLength(1);
  });

  it('finds an attempt whose wake-up was lost with the next one, whatever that was for', async () => {
    const { order, activities } = createOrder({ outcome: { kind: 'requires-action' } });
    const on = worker.play(activities);
    const orderId = await on.start();
    await on.untilItWaits(orderId);
    order.payAgain();
    await wakeSagaForPayment(on.client, orderId, { updateId: 'something-else' });
    expect(await on.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect(order.asked).toEqual([1, 2]);
  });

  it('asks again under the same number when a message has interrupted the asking', async () => {
    const { order, activities } = createOrder({ gateway: 'remote' });
    order.isOpen = true;
    let hang = true;
    const requestPayment: Activities['requestPayment'] = async (step) => {
      if (!hang) return activities.requestPayment(step);
      order.asked.push(step.attempt);
      return Context.current().cancelled;
    };
    const on = worker.play({ ...activities, requestPayment });
    const orderId = await on.start();
    await waitFor(() => order.asked.length === 1, { what: 'the gateway to be asked' });
    hang = false;
    await wakeSagaForPayment(on.client, orderId, { updateId: 'nothing-to-tell' });
    expect(await on.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect(order.asked).toEqual([1, 1]);
  });

  it('goes on with the attempt that a lost run has left open', async () => {
    const { order, activities } = createOrder();
    order.attempt = 3;
    order.isOpen = true;
    const on = worker.play(activities);
    expect(await on.result(await on.start())).toEqual({ status: 'CONFIRMED' });
    expect(order.asked).toEqual([3]);
  });

  it('confirms instead of expiring when the payment was recorded and nobody woke it', async () => {
    const { order, activities } = createOrder({ outcome: { kind: 'requires-action' }, remainingMs: 700 });
    const on = worker.play(activities);
    const orderId = await on.start();
    await on.untilItWaits(orderId);
    order.paid = true;
    expect(await on.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect(order.holds).toEqual([]);
  });

  it('needs no gateway for an order that was paid before the workflow existed', async () => {
    const { order, activities } = createOrder();
    order.paid = true;
    const on = worker.play(activities);
    expect(await on.result(await on.start())).toEqual({ status: 'CONFIRMED' });
    expect(order.calls).toEqual(['beginOrder', 'confirmOrder']);
  });

  // At once: each waits seconds for the server.
  it.concurrent.each(['beginOrder', 'confirmOrder', 'endOrder', 'finishHold'] as const)(
    'goes on with %s by the retries of the server when the quick tries have failed',
    async (name) => {
      const declined = name === 'endOrder' || name === 'finishHold';
      const { order, activities } = createOrder(
        declined ? { outcome: { kind: 'declined', final: true } } : {},
      );
      order.failures[name] = 4;
      const on = worker.play(activities);
      const orderId = await on.start();
      expect(await on.result(orderId)).toEqual({ status: declined ? 'FAILED' : 'CONFIRMED' });
      expect(order.failures[name]).toBe(0);
      expect(await on.history(orderId)).toContain('activityTaskScheduledEventAttributes');
    },
  );
});
