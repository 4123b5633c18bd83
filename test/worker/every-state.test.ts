import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workflowIdOf } from '../../src/core/names.js';
import type { FinalStatus } from '../../src/core/order.js';
import { createCancelOrder, type CancelOrder } from '../../src/core/orders/cancel-order.js';
import { createEndOrder } from '../../src/core/orders/end-order.js';
import { createFinishEnding, openHoldOf } from '../../src/core/orders/finish-ending.js';
import { confirmOrders } from '../../src/core/postgres/confirm-orders.js';
import { endOrders } from '../../src/core/postgres/end-orders.js';
import { startSaga } from '../../src/core/temporal/start-saga.js';
import { wakeSagaForPayment } from '../../src/core/temporal/wake-saga.js';
import type { Activities } from '../../src/worker/activities/create-activities.js';
import type { GatewayAnswer } from '../../src/worker/payments/gateway.js';
import { createGate, type Gate } from '../support/gate.js';
import { waitFor } from '../support/wait-for.js';
import { createSagaStand, SEEDED, type SagaStand } from './saga-stand.js';
import type { TemporalWorker } from './temporal-worker.js';

/** Where the saga stands still while something happens to its order. */
const STATES = {
  /** Accepted, and no workflow was started. */
  'no-workflow': { answer: 'requires-action', paid: false },
  /** PENDING: the workflow runs and has changed nothing yet. */
  beginning: { answer: 'requires-action', paid: false },
  /** PAYMENT_PENDING, and the gateway does not answer. */
  'asking-the-gateway': { answer: 'requires-action', paid: false },
  /** The money is taken and recorded, and the workflow has not heard of it. */
  'money-taken': { answer: 'captured', paid: true },
  'waiting-for-payment': { answer: 'requires-action', paid: false },
  /** Paid, and not confirmed yet. */
  confirming: { answer: 'captured', paid: true },
  /** CONFIRMED, and the hold is still in Redis. */
  'confirmed-half': { answer: 'captured', paid: true },
  /** FAILED, and the unit is not back in Redis. */
  'compensating-half': { answer: 'declined', paid: false },
} as const;
type State = keyof typeof STATES;
const WAYS = ['customer', 'operator', 'workflow-cancelled', 'workflow-terminated'] as const;
type Way = (typeof WAYS)[number];

/** What must become of the order, by what happens to it: payment wins over every cancel but an operator's. */
function expectedOf(state: State, way: Way): { status: FinalStatus; refundDue: boolean } {
  if (state === 'confirmed-half') return { status: 'CONFIRMED', refundDue: false };
  if (state === 'compensating-half') return { status: 'FAILED', refundDue: false };
  if (STATES[state].paid) {
    return way === 'operator'
      ? { status: 'CANCELLED', refundDue: true }
      : { status: 'CONFIRMED', refundDue: false };
  }
  // A terminated saga that is started again waits for the payment that never comes.
  return { status: way === 'workflow-terminated' ? 'EXPIRED' : 'CANCELLED', refundDue: false };
}

const CASES = (Object.keys(STATES) as State[]).flatMap((state) =>
  WAYS.filter((way) => state !== 'no-workflow' || way === 'customer' || way === 'operator').map(
    (way) => [state, way] as const,
  ),
);

describe('an order to which something happens', () => {
  let stand: SagaStand;
  let worker: TemporalWorker;
  let cancelOrder: CancelOrder;
  const wakeUps: Promise<unknown>[] = [];
  const held = new Map<string, { state: State; gate: Gate }>();
  const stopAt = (orderId: string, ...states: State[]): Promise<void> => {
    const one = held.get(orderId);
    return one && states.includes(one.state) ? one.gate.pass() : Promise.resolve();
  };
  const stopping = (activities: Activities): Activities => ({
    ...activities,
    beginOrder: async (input) => {
      await stopAt(input.orderId, 'beginning');
      return activities.beginOrder(input);
    },
    requestPayment: async (step) => {
      await stopAt(step.orderId, 'asking-the-gateway');
      const outcome = await activities.requestPayment(step);
      await stopAt(step.orderId, 'money-taken');
      return outcome;
    },
    confirmOrder: async (orderId) => {
      await stopAt(orderId, 'confirming');
      if (held.get(orderId)?.state === 'confirmed-half') await confirmOrders(stand.space.pool, [orderId]);
      await stopAt(orderId, 'confirmed-half');
      return activities.confirmOrder(orderId);
    },
    finishHold: async (hold) => {
      await stopAt(hold.orderId, 'compensating-half');
      return activities.finishHold(hold);
    },
  });
  const answerFor = (orderId: string): GatewayAnswer => {
    const reference = `ref-${orderId}`;
    const kind = STATES[held.get(orderId)?.state ?? 'no-workflow'].answer;
    return kind === 'declined' ? { kind, final: true, code: 'no' } : { kind, reference };
  };

  beforeAll(async () => {
    stand = await createSagaStand('every-state');
    const { pool, redis, prefix, log } = stand.space;
    worker = await stand.worker({
      bend: stopping,
      deps: {
        gateway: {
          name: 'scripted',
          quick: false,
          requestPayment: ({ orderId }) => Promise.resolve(answerFor(orderId)),
          refund: () => Promise.reject(new Error('nothing is refunded here')),
        },
      },
    });
    const count = () => undefined;
    const deps = { pool, redis, prefix, log, relay: { offer: () => undefined }, stats: { count } };
    cancelOrder = createCancelOrder({
      ...deps,
      endOrder: createEndOrder(deps),
      wakeSaga: (orderId, updateId) =>
        void wakeUps.push(wakeSagaForPayment(worker.client, orderId, { updateId }).catch(() => undefined)),
    });
  });
  afterAll(async () => {
    await Promise.all(wakeUps);
    await stand.close();
  });

  async function bringTo(state: State, gate: Gate, deadlineMs: number): Promise<string> {
    const orderId = await stand.order();
    held.set(orderId, { state, gate });
    if (state === 'no-workflow') return orderId;
    await worker.start({ orderId, deadlineMs });
    if (state === 'waiting-for-payment') await worker.untilItWaits(orderId);
    else await waitFor(() => gate.reached(), { what: `the saga to be ${state}` });
    return orderId;
  }

  /** What the sweeps do about an order whose workflow is gone: they start it again, and finish open halves. */
  async function sweep(orderId: string): Promise<void> {
    const { pool } = stand.space;
    const input = { orderId, deadlineMs: 1_500 };
    expect(await startSaga(worker.client, worker.prefix, orderId, input, { afterFailure: true })).toBe(
      'started',
    );
    await worker.result(orderId);
    const ended = (
      await endOrders(pool, [{ orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' }])
    ).get(orderId);
    const hold = ended && openHoldOf(ended);
    const stats = { count: () => undefined };
    if (hold) await createFinishEnding({ ...stand.space, stats })(hold);
  }

  async function happen(way: Way, state: State, orderId: string, gate: Gate): Promise<void> {
    const saga = worker.client.workflow.getHandle(workflowIdOf(orderId));
    const { status } = expectedOf(state, way);
    switch (way) {
      case 'customer':
      case 'operator': {
        const evenIfPaid = way === 'operator';
        const failureCode = evenIfPaid ? 'CANCELLED_BY_OPERATOR' : 'CANCELLED_BY_CUSTOMER';
        const [first, second] = [
          await cancelOrder({ orderId, failureCode, evenIfPaid }),
          await cancelOrder({ orderId, failureCode, evenIfPaid }),
        ];
        const live = status === 'CONFIRMED' && state !== 'confirmed-half' ? 'paid' : 'ended';
        const outcomes = status === 'CANCELLED' ? ['cancelled', 'already'] : [live, live];
        expect([first.outcome, second.outcome]).toEqual(outcomes);
        gate.open();
        return;
      }
      case 'workflow-cancelled':
        await saga.cancel();
        gate.open();
        return;
      case 'workflow-terminated':
        await saga.terminate();
        // What the worker was doing is lost with it.
        gate.breakOpen(new Error('the worker is gone'));
        await sweep(orderId);
    }
  }

  it.concurrent.each(CASES)('%s, %s: ends once, paid or given back', async (state, way) => {
    const gate = createGate();
    const orderId = await bringTo(state, gate, way === 'workflow-terminated' ? 1_500 : 60_000);
    await happen(way, state, orderId, gate);
    if (state !== 'no-workflow') await worker.result(orderId);

    const { status, refundDue } = expectedOf(state, way);
    const { rows } = await stand.space.pool.query(
      'select status, paid, refund_due, hold_done from orders where order_id = $1',
      [orderId],
    );
    expect(rows).toEqual([{ status, paid: STATES[state].paid, refund_due: refundDue, hold_done: true }]);
    const { rows: events } = await stand.space.pool.query<{ types: string[] }>(
      `select array_agg(type) as types from order_events where order_id = $1 and type = any($2)`,
      [orderId, ['CONFIRMED', 'FAILED', 'CANCELLED', 'EXPIRED']],
    );
    expect(events).toEqual([{ types: [status] }]);
  });

  it('has left every unit where it belongs, by every count there is', async () => {
    const sold = CASES.filter(([state, way]) => expectedOf(state, way).status === 'CONFIRMED').length;
    expect(await stand.units()).toEqual({
      claimed: sold,
      held: 0,
      sold,
      available: SEEDED - sold,
      inHolds: 0,
      openHalves: 0,
    });
  });
});
