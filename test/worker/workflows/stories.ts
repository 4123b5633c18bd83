/** How each saved history came to be. */
import { Context } from '@temporalio/activity';
import { workflowIdOf } from '../../../src/core/names.js';
import { cancelBySaga, wakeSagaForPayment } from '../../../src/core/temporal/wake-saga.js';
import type { Activities } from '../../../src/worker/activities/create-activities.js';
import { waitFor } from '../../support/wait-for.js';
import type { createOrder, ScriptedOrderOptions } from '../scripted-order.js';
import type { TemporalWorker } from '../temporal-worker.js';

type ScriptedOrder = ReturnType<typeof createOrder>['order'];

export interface Story {
  readonly options: ScriptedOrderOptions;
  /** What the order went through before its saga began. */
  readonly before?: (order: ScriptedOrder) => void;
  /** Replaces activities. */
  readonly bend?: (activities: Omit<Activities, 'runSweep'>, order: ScriptedOrder) => Partial<Activities>;
  /** What happens while the saga waits for payment. */
  readonly tell?: (on: TemporalWorker, orderId: string, order: ScriptedOrder) => Promise<unknown>;
  /** What happens while it does something else; waits for that by itself. */
  readonly interrupt?: (on: TemporalWorker, orderId: string, order: ScriptedOrder) => Promise<unknown>;
}

const REQUIRES_ACTION = { outcome: { kind: 'requires-action' } } as const;
const DECLINED = { outcome: { kind: 'declined', final: false } } as const;

const cancelByCustomer = (on: TemporalWorker, orderId: string) =>
  cancelBySaga(on.client, orderId, { failureCode: 'CANCELLED_BY_CUSTOMER' }, { updateId: 'cancel' });
const cancelWorkflow = (on: TemporalWorker, orderId: string) =>
  on.client.workflow.getHandle(workflowIdOf(orderId)).cancel();
const payAgain: Story['tell'] = (on, orderId, order) => {
  order.payAgain();
  return wakeSagaForPayment(on.client, orderId, { updateId: 'pay-2' });
};
/** The gateway of the given attempt never answers. */
const hangingAt =
  (attempt: number): NonNullable<Story['bend']> =>
  (activities, order) => ({
    requestPayment: (step) => {
      if (step.attempt !== attempt) return activities.requestPayment(step);
      order.asked.push(step.attempt);
      return Context.current().cancelled;
    },
  });
const untilAsked = (order: ScriptedOrder) =>
  waitFor(() => order.asked.length > 0, { what: 'the gateway to be asked' });

export const STORIES: Readonly<Record<string, Story>> = {
  'captured-at-once': { options: {} },
  'captured-by-a-remote-gateway': { options: { gateway: 'remote' } },
  declined: { options: { outcome: { kind: 'declined', final: true } } },
  'woken-too-early-then-expired': {
    options: { ...REQUIRES_ACTION, remainingMs: 1_000 },
    tell: (on, orderId) => wakeSagaForPayment(on.client, orderId, { updateId: 'too-early' }),
  },
  'paid-while-waiting': {
    options: REQUIRES_ACTION,
    tell: (on, orderId, order) => {
      order.paid = true;
      return wakeSagaForPayment(on.client, orderId, { updateId: 'payment' });
    },
  },
  'cancelled-by-the-customer': { options: REQUIRES_ACTION, tell: cancelByCustomer },
  'workflow-cancelled': { options: REQUIRES_ACTION, tell: cancelWorkflow },

  'paid-at-the-second-attempt': { options: DECLINED, tell: payAgain },
  'paid-at-the-second-attempt-of-a-remote-gateway': {
    options: { ...DECLINED, gateway: 'remote' },
    tell: payAgain,
  },
  'second-attempt-declined-for-good': {
    options: { ...DECLINED, later: [{ kind: 'declined', final: true }] },
    tell: payAgain,
  },
  'second-attempt-unanswered-until-the-deadline': {
    options: { ...DECLINED, gateway: 'remote', remainingMs: 1_000 },
    bend: hangingAt(2),
    tell: payAgain,
  },
  'asked-again-after-an-interruption': {
    options: { gateway: 'remote' },
    before: (order) => (order.isOpen = true),
    bend: (activities, order) => ({
      requestPayment: (step) => {
        if (order.asked.length > 0) return activities.requestPayment(step);
        order.asked.push(step.attempt);
        return Context.current().cancelled;
      },
    }),
    interrupt: async (on, orderId, order) => {
      await untilAsked(order);
      await wakeSagaForPayment(on.client, orderId, { updateId: 'nothing-to-tell' });
    },
  },
  'begun-again-with-an-open-attempt': {
    options: {},
    before: (order) => {
      order.status = 'PAYMENT_PENDING';
      order.payAgain();
    },
  },
  'begun-after-its-end': { options: {}, before: (order) => (order.status = 'EXPIRED') },
  'paid-before-it-began': { options: {}, before: (order) => (order.paid = true) },
  'paid-at-the-deadline-and-not-woken': {
    options: { ...REQUIRES_ACTION, remainingMs: 1_000 },
    tell: (_on, _orderId, order) => Promise.resolve((order.paid = true)),
  },
  'gateway-away-until-the-deadline': {
    options: { gateway: 'remote', remainingMs: 1_000 },
    bend: (_activities, order) => ({
      requestPayment: () => {
        order.remainingMs = 0;
        return Promise.reject(new Error('the gateway is away'));
      },
    }),
  },
  'cancelled-in-postgres': {
    options: REQUIRES_ACTION,
    tell: (on, orderId, order) => {
      order.status = 'CANCELLED';
      return wakeSagaForPayment(on.client, orderId, { updateId: 'cancelled' });
    },
  },
  'cancelled-while-the-gateway-is-asked': {
    options: { gateway: 'remote' },
    bend: hangingAt(1),
    interrupt: async (on, orderId, order) => {
      await untilAsked(order);
      await cancelByCustomer(on, orderId);
    },
  },
  'workflow-cancelled-while-compensating': {
    options: { outcome: { kind: 'declined', final: true } },
    before: (order) => (order.failures.finishHold = 3),
    interrupt: async (on, orderId, order) => {
      await waitFor(() => order.calls.includes('finishHold'), { what: 'the compensation' });
      await cancelWorkflow(on, orderId);
    },
  },
  'confirmed-by-the-retries-of-the-server': {
    options: {},
    before: (order) => (order.failures.confirmOrder = 3),
  },
};
