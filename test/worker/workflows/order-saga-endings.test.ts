/** How a saga ends its order, or finds it ended: declines, deadlines, cancels, and messages that come too late. */
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workflowIdOf } from '../../../src/core/names.js';
import { cancelBySaga, wakeSagaForPayment } from '../../../src/core/temporal/wake-saga.js';
import { SAGA_MESSAGES } from '../../../src/core/temporal/saga-contract.js';
import type { Activities } from '../../../src/worker/activities/create-activities.js';
import { waitFor } from '../../support/wait-for.js';
import { createOrder } from '../scripted-order.js';
import { startScriptedWorker, type ScriptedWorker } from '../scripted-worker.js';

describe('orderSaga', () => {
  let worker: ScriptedWorker;
  beforeAll(async () => {
    worker = await startScriptedWorker();
  });
  afterAll(() => worker.close());

  it('fails the order at once when the decline is final, and releases its hold', async () => {
    const { order, activities } = createOrder({ outcome: { kind: 'declined', final: true } });
    const on = worker.play(activities);
    expect(await on.result(await on.start())).toEqual({ status: 'FAILED' });
    expect(order.failureCode).toBe('PAYMENT_DECLINED');
    expect(order.holds).toEqual(['release']);
  });

  it('waits for the customer after a decline that may be retried, and expires at the deadline', async () => {
    const { order, activities } = createOrder({
      outcome: { kind: 'declined', final: false },
      remainingMs: 300,
    });
    const on = worker.play(activities);
    const orderId = await on.start();
    expect(await on.result(orderId)).toEqual({ status: 'EXPIRED' });
    expect(order.failureCode).toBe('PAYMENT_EXPIRED');
    expect(order.holds).toEqual(['release']);
    const history = await on.history(orderId);
    expect(history.filter((event) => event === 'timerStartedEventAttributes')).toHaveLength(1);
  });

  it('does not wait for the gateway of a further attempt beyond the deadline', async () => {
    const { order, activities } = createOrder({
      gateway: 'remote',
      outcome: { kind: 'requires-action' },
      remainingMs: 1_200,
    });
    const requestPayment: Activities['requestPayment'] = async (step) => {
      if (step.attempt === 1) return activities.requestPayment(step);
      order.asked.push(step.attempt);
      return Context.current().cancelled;
    };
    const on = worker.play({ ...activities, requestPayment });
    const orderId = await on.start();
    await on.untilItWaits(orderId);
    order.payAgain();
    await wakeSagaForPayment(on.client, orderId, { updateId: 'pay-2' });
    expect(await on.result(orderId)).toEqual({ status: 'EXPIRED' });
    expect(order.asked).toEqual([1, 2]);
    // A local activity may run again on a busy machine; that it is harmless is shown on the stores.
    expect(new Set(order.holds)).toEqual(new Set(['release']));
  });

  it('leaves an order that was cancelled in Postgres as it is, and finishes its hold', async () => {
    const { order, activities } = createOrder({ outcome: { kind: 'requires-action' } });
    const on = worker.play(activities);
    const orderId = await on.start();
    await on.untilItWaits(orderId);
    order.status = 'CANCELLED';
    const woken = await wakeSagaForPayment(on.client, orderId, { updateId: 'cancelled' });
    expect(woken).toEqual({ kind: 'woken', status: 'CANCELLED' });
    expect(await on.result(orderId)).toEqual({ status: 'CANCELLED' });
  });

  it('finishes the open half of an order that had ended already', async () => {
    const { order, activities } = createOrder();
    order.status = 'EXPIRED';
    const on = worker.play(activities);
    expect(await on.result(await on.start())).toEqual({ status: 'EXPIRED' });
    expect(order.calls).toEqual(['beginOrder', 'confirmOrder']);
  });

  it('cancels on request, with the code of who asked', async () => {
    const { order, activities } = createOrder({ outcome: { kind: 'requires-action' } });
    const on = worker.play(activities);
    const orderId = await on.start();
    await on.untilItWaits(orderId);
    const code = { failureCode: 'CANCELLED_BY_CUSTOMER' } as const;
    const cancelled = await cancelBySaga(on.client, orderId, code, { updateId: 'cancel' });
    expect(cancelled).toEqual({ kind: 'woken', status: 'CANCELLED' });
    expect(order.failureCode).toBe('CANCELLED_BY_CUSTOMER');
    expect(order.holds).toEqual(['release']);
  });

  it('lets a recorded payment win over a cancel', async () => {
    const { order, activities } = createOrder({ outcome: { kind: 'requires-action' } });
    const on = worker.play(activities);
    const orderId = await on.start();
    await on.untilItWaits(orderId);
    order.paid = true;
    const code = { failureCode: 'CANCELLED_BY_CUSTOMER' } as const;
    const cancelled = await cancelBySaga(on.client, orderId, code, { updateId: 'cancel' });
    expect(cancelled).toEqual({ kind: 'woken', status: 'CONFIRMED' });
    expect(order.holds).toEqual([]);
  });

  it('compensates when the workflow itself is cancelled, and is not cut short by it', async () => {
    const { order, activities } = createOrder({ outcome: { kind: 'requires-action' } });
    const on = worker.play(activities);
    const orderId = await on.start();
    await on.untilItWaits(orderId);
    await on.client.workflow.getHandle(workflowIdOf(orderId)).cancel();
    expect(await on.result(orderId)).toEqual({ status: 'CANCELLED' });
    expect(order.failureCode).toBe('CANCELLED_BY_OPERATOR');
    expect(order.holds).toEqual(['release']);
  });

  it('does not wait for a gateway that hangs when the order is cancelled', async () => {
    const { order, activities } = createOrder({ gateway: 'remote' });
    const requestPayment = () => {
      order.calls.push('requestPayment');
      return Context.current().cancelled;
    };
    const on = worker.play({ ...activities, requestPayment });
    const orderId = await on.start();
    await waitFor(() => order.calls.includes('requestPayment'), { what: 'the gateway to be asked' });
    const code = { failureCode: 'CANCELLED_BY_CUSTOMER' } as const;
    const cancelled = await cancelBySaga(on.client, orderId, code, { updateId: 'cancel' });
    expect(cancelled).toEqual({ kind: 'woken', status: 'CANCELLED' });
    expect(order.holds).toEqual(['release']);
  });

  it('expires an order whose gateway cannot be reached until the deadline', async () => {
    const { order, activities } = createOrder({ gateway: 'remote', remainingMs: 900 });
    const requestPayment = () => {
      order.remainingMs = 0;
      return Promise.reject(new Error('the gateway is away'));
    };
    const on = worker.play({ ...activities, requestPayment });
    expect(await on.result(await on.start())).toEqual({ status: 'EXPIRED' });
    expect(order.holds).toEqual(['release']);
  });

  it('fails for good only when there is no such order', async () => {
    const { activities } = createOrder();
    let tries = 0;
    const beginOrder = () => {
      tries += 1;
      throw ApplicationFailure.nonRetryable('begin: does not exist', 'ORDER_NOT_FOUND');
    };
    const on = worker.play({ ...activities, beginOrder });
    const orderId = await on.start();
    await expect(on.result(orderId)).rejects.toThrow();
    expect(tries).toBe(1);
  });

  it('rejects messages that come when the order has ended but the workflow has not yet', async () => {
    const { order, activities } = createOrder({ outcome: { kind: 'requires-action' } });
    const on = worker.play(activities);
    const orderId = await on.start();
    await on.untilItWaits(orderId);
    order.paid = true;
    const saga = on.client.workflow.getHandle(workflowIdOf(orderId));
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, (_unused, n) =>
        saga.executeUpdate(SAGA_MESSAGES.paymentRecorded, { updateId: `payment-${n}` }),
      ),
    );
    for (const answer of answers) {
      if (answer.status === 'fulfilled') expect(answer.value).toEqual({ status: 'CONFIRMED' });
      else expect((answer.reason as Error).name).toMatch(/WorkflowUpdateFailedError|WorkflowNotFoundError/);
    }
    expect(answers[0]?.status === 'rejected' && answers[0].reason instanceof WorkflowUpdateFailedError).toBe(
      false,
    );
    expect(await on.result(orderId)).toEqual({ status: 'CONFIRMED' });
  });
});
