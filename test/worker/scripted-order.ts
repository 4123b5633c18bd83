/** Activities that know one order and enough of the rules of Postgres to judge the workflow by. */
import { isFinal, type OrderStatus, type ReleasedStatus } from '../../src/core/order.js';
import type { Activities } from '../../src/worker/activities/create-activities.js';
import type { PaymentOutcome, UnfinishedHold } from '../../src/worker/activities/saga-steps.js';

export interface ScriptedOrderOptions {
  /** What the gateway says. */
  readonly outcome?: PaymentOutcome;
  readonly gateway?: 'quick' | 'remote';
  readonly remainingMs?: number;
}

export function createOrder(options: ScriptedOrderOptions = {}) {
  const order = {
    status: 'PENDING' as OrderStatus,
    paid: false,
    failureCode: null as string | null,
    calls: [] as string[],
    holds: [] as UnfinishedHold['how'][],
    remainingMs: options.remainingMs ?? 60_000,
    /** Makes the next calls of an activity fail, as often as it says. */
    failures: {} as Partial<Record<keyof Activities, number>>,
  };
  const enter = async (name: keyof Activities) => {
    order.calls.push(name);
    await Promise.resolve();
    const left = order.failures[name] ?? 0;
    if (left > 0) {
      order.failures[name] = left - 1;
      throw new Error(`${name} fails`);
    }
  };
  const hold = (how: 'release' | 'settle'): UnfinishedHold => ({
    orderId: 'o',
    productId: 'p',
    reservationId: 'r',
    generation: 0,
    how,
  });
  const activities: Omit<Activities, 'runSweep'> = {
    beginOrder: async () => {
      await enter('beginOrder');
      if (order.status === 'PENDING') order.status = 'PAYMENT_PENDING';
      const remainingMs = isFinal(order.status) ? null : order.remainingMs;
      return { status: order.status, paid: order.paid, remainingMs, gateway: options.gateway ?? 'quick' };
    },
    requestPayment: async () => {
      await enter('requestPayment');
      const outcome = options.outcome ?? { kind: 'captured' };
      if (outcome.kind === 'captured') order.paid = true;
      return outcome;
    },
    confirmOrder: async () => {
      await enter('confirmOrder');
      if (order.paid && !isFinal(order.status)) order.status = 'CONFIRMED';
      return { status: order.status };
    },
    endOrder: async ({ status, failureCode }: { status: ReleasedStatus; failureCode: string }) => {
      await enter('endOrder');
      if (!isFinal(order.status) && !order.paid) {
        order.status = status;
        order.failureCode = failureCode;
      }
      return { status: order.status, hold: isFinal(order.status) ? hold('release') : null };
    },
    finishHold: async ({ how }) => {
      await enter('finishHold');
      order.holds.push(how);
    },
  };
  return { order, activities };
}
