/** Activities that know one order and enough of the rules of Postgres to judge the workflow by. */
import { isFinal, type OrderStatus, type ReleasedStatus } from '../../src/core/order.js';
import type { Activities } from '../../src/worker/activities/create-activities.js';
import type { EndedHold } from '../../src/core/orders/finish-hold.js';
import type { PaymentOutcome } from '../../src/worker/activities/saga-steps.js';

export interface ScriptedOrderOptions {
  /** What the gateway says. */
  readonly outcome?: PaymentOutcome;
  /** What it says to the second attempt and those after it. */
  readonly later?: readonly PaymentOutcome[];
  readonly gateway?: 'quick' | 'remote';
  readonly remainingMs?: number;
}

export function createOrder(options: ScriptedOrderOptions = {}) {
  const order = {
    status: 'PENDING' as OrderStatus,
    paid: false,
    failureCode: null as string | null,
    calls: [] as string[],
    holds: [] as EndedHold['how'][],
    /** Attempts the gateway was asked for. */
    asked: [] as number[],
    /** The last attempt there is, and whether the gateway has still to be asked for it. */
    attempt: 1,
    isOpen: false,
    /** A further attempt, as the customer asks for it. */
    payAgain() {
      order.attempt += 1;
      order.isOpen = true;
    },
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
  const hold = (how: 'release' | 'settle'): EndedHold => ({
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
      const { status, paid, attempt } = order;
      return { status, paid, remainingMs, gateway: options.gateway ?? 'quick', attempt };
    },
    requestPayment: async ({ attempt }) => {
      order.asked.push(attempt);
      await enter('requestPayment');
      if (attempt === order.attempt) order.isOpen = false;
      const outcome = [options.outcome, ...(options.later ?? [])][attempt - 1] ?? { kind: 'captured' };
      if (outcome.kind === 'captured') order.paid = true;
      return outcome;
    },
    confirmOrder: async () => {
      await enter('confirmOrder');
      if (order.paid && !isFinal(order.status)) order.status = 'CONFIRMED';
      if (isFinal(order.status)) return { status: order.status };
      return { status: order.status, attempt: order.isOpen ? order.attempt : null };
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
