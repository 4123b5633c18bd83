import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findDueRefunds } from '../../src/core/postgres/find-due-refunds.js';
import { findPayments } from '../../src/core/postgres/find-payments.js';
import { closeRedis, createRedis } from '../../src/core/redis/create-redis.js';
import { subscribeOrderChanges, type OrderChange } from '../../src/core/redis/order-changes.js';
import { startServe, type ServeSpace } from '../server/serve-space.js';
import { inParallel } from '../../src/core/in-parallel.js';
import { waitFor } from '../support/wait-for.js';
import { createSagaStand, type SagaStand, type Units } from '../worker/saga-stand.js';
import type { TemporalWorker } from '../worker/temporal-worker.js';
import { startPaymentProvider, type PaymentProvider } from './payment-provider.js';

const SECRET = 'the-secret-of-shop-and-provider-0123456789';
const PRICE = { amountMinor: 4_990, currency: 'EUR' };
/** How the units have changed since the test began. */
const NOTHING = { claimed: 0, held: 0, sold: 0, available: 0, inHolds: 0, openHalves: 0 };
const SOLD_ONE = { ...NOTHING, claimed: 1, sold: 1, available: -1 };

/** Serve and the saga's worker on real stores, and a payment provider that talks to both. */
describe('an order that is paid through the webhook gateway', () => {
  let stand: SagaStand;
  let serve: ServeSpace;
  let worker: TemporalWorker;
  let provider: PaymentProvider;
  let before: Units;

  beforeAll(async () => {
    stand = await createSagaStand('paid');
    await stand.space.topics();
    provider = await startPaymentProvider(SECRET);
    const settings = { payments: 'webhook', paymentUrl: provider.url, paymentSecret: SECRET } as const;
    serve = await startServe(stand.space, settings);
    worker = await stand.worker({ settings });
  });
  beforeEach(async () => {
    provider.reset();
    before = await stand.units();
  });
  afterAll(async () => {
    await serve.stop();
    await stand.close();
    await provider.close();
  });

  const unitsMoved = async (): Promise<Units> => {
    const now = await stand.units();
    return {
      claimed: now.claimed - before.claimed,
      held: now.held - before.held,
      sold: now.sold - before.sold,
      available: (now.available ?? NaN) - (before.available ?? NaN),
      inHolds: now.inHolds - before.inHolds,
      openHalves: now.openHalves - before.openHalves,
    };
  };

  const payments = (orderId: string) => findPayments(stand.space.pool, orderId);
  const dueRefunds = (orderIds: readonly string[]) =>
    findDueRefunds(stand.space.pool, { olderThanMs: 0, limit: 100, orderIds });
  /** The saga sleeps then: only a wake-up makes it look before the deadline. */
  const untilTheCustomerMustAct = async (orderId: string) => {
    await worker.untilItWaits(orderId);
    expect(await payments(orderId)).toMatchObject([{ status: 'REQUIRES_ACTION' }]);
  };
  const captured = (orderId: string, userId: string, amount = PRICE) => ({
    ...{ type: 'payment.captured', orderId, userId, attempt: 1, reference: `pay_${orderId}`, amount },
  });

  it('is confirmed by the answer of the provider, which is asked once', async () => {
    const orderId = await stand.order({ userId: 'ann' });
    await worker.start({ orderId });
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect(provider.calls).toMatchObject([{ key: `${orderId}:1`, asked: { userId: 'ann', amount: PRICE } }]);
    expect(await unitsMoved()).toEqual(SOLD_ONE);
  });

  it('is confirmed by a callback, long before its deadline, also when the callback comes five times', async () => {
    provider.decide = () => ({ status: 'requires-action' });
    const orderId = await stand.order();
    await worker.start({ orderId });
    await untilTheCustomerMustAct(orderId);
    const event = provider.pay(orderId);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => provider.report(serve.api, event, { id: 'evt_same' })),
    );
    expect(answers.map(({ body }) => body.outcome).sort()).toEqual([
      ...['already', 'already', 'already', 'already', 'captured'],
    ]);
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
    // Also after the saga has closed.
    expect(await provider.report(serve.api, event)).toEqual({ status: 200, body: { outcome: 'already' } });
    expect(await payments(orderId)).toMatchObject([{ attempt: 1, status: 'CAPTURED' }]);
    expect(await unitsMoved()).toEqual(SOLD_ONE);
  });

  it('is paid once when the provider takes the money and its answers are lost', async () => {
    provider.loseReplies = 2;
    const orderId = await stand.order();
    await worker.start({ orderId });
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect(provider.lost).toBe(2);
    expect(provider.calls.map((call) => call.key)).toEqual(Array(3).fill(`${orderId}:1`));
    expect(provider.taken(orderId)).toBe(PRICE.amountMinor);
    expect(await payments(orderId)).toMatchObject([{ attempt: 1, status: 'CAPTURED' }]);
    expect(await unitsMoved()).toEqual(SOLD_ONE);
  });

  it('is paid once when the callback overtakes the answer', async () => {
    provider.delayMs = 500;
    const orderId = await stand.order();
    await worker.start({ orderId });
    await waitFor(() => provider.calls.length === 1, { what: 'the provider to be asked' });
    expect(await provider.report(serve.api, provider.captureOf(orderId))).toMatchObject({
      body: { outcome: 'captured' },
    });
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect(await payments(orderId)).toMatchObject([{ attempt: 1, status: 'CAPTURED' }]);
    expect(await unitsMoved()).toEqual(SOLD_ONE);
  });

  it('is confirmed without asking when the callback came before its workflow existed', async () => {
    const orderId = await stand.order({ userId: 'ann' });
    const { body } = await provider.report(serve.api, captured(orderId, 'ann'));
    expect(body).toEqual({ outcome: 'captured' });
    await worker.start({ orderId });
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect(provider.calls).toEqual([]);
    expect(await unitsMoved()).toEqual(SOLD_ONE);
  });

  it('is never confirmed by a wrong amount: its unit and the money go back', async () => {
    provider.decide = () => ({ status: 'requires-action' });
    const orderId = await stand.order();
    await worker.start({ orderId, deadlineMs: 2_000 });
    await untilTheCustomerMustAct(orderId);
    const event = { ...provider.pay(orderId), amount: { amountMinor: 1, currency: 'EUR' } };
    expect(await provider.report(serve.api, event)).toEqual({ status: 200, body: { outcome: 'late' } });
    expect(await worker.result(orderId)).toEqual({ status: 'EXPIRED' });
    expect(await stand.row(orderId)).toMatchObject({ paid: false, failureCode: 'PAYMENT_EXPIRED' });
    expect(await dueRefunds([orderId])).toMatchObject([
      { orderId, status: 'LATE', amount: event.amount, gatewayReference: event.reference },
    ]);
    expect(await unitsMoved()).toEqual(NOTHING);
  });

  it('is not confirmed by forged, stale and foreign callbacks, and by the true one at once', async () => {
    provider.decide = () => ({ status: 'requires-action' });
    const orderId = await stand.order();
    await worker.start({ orderId });
    await untilTheCustomerMustAct(orderId);
    const event = provider.pay(orderId);
    const hourAgo = Math.floor(Date.now() / 1_000) - 3_600;
    for (const options of [{ secrets: ['x'.repeat(40)] }, { timestamp: hourAgo }]) {
      expect((await provider.report(serve.api, event, options)).status).toBe(401);
    }
    expect(await stand.row(orderId)).toMatchObject({ status: 'PAYMENT_PENDING', paid: false });
    await provider.report(serve.api, event);
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
  });

  it('waits for a provider that is down for a while, and is paid once it is back', async () => {
    provider.outage = 503;
    const orderId = await stand.order();
    await worker.start({ orderId });
    await waitFor(() => provider.turnedAway >= 2, { what: 'the outage to be met' });
    provider.outage = undefined;
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect(provider.taken(orderId)).toBe(PRICE.amountMinor);
    expect(await unitsMoved()).toEqual(SOLD_ONE);
  });

  it('expires while the provider is away, and what that has taken all the same is found as late', async () => {
    provider.loseReplies = 1_000;
    const orderId = await stand.order();
    await worker.start({ orderId, deadlineMs: 1_500 });
    expect(await worker.result(orderId)).toEqual({ status: 'EXPIRED' });
    expect(provider.lost).toBeGreaterThan(0);
    expect(await unitsMoved()).toEqual(NOTHING);
    const { body } = await provider.report(serve.api, provider.captureOf(orderId));
    expect(body).toEqual({ outcome: 'late' });
    expect(await payments(orderId)).toMatchObject([{ attempt: 1, status: 'LATE' }]);
  });

  it('ends at once by a final decline that is called back, and its unit is back once', async () => {
    provider.decide = () => ({ status: 'requires-action' });
    const orderId = await stand.order();
    await worker.start({ orderId });
    await untilTheCustomerMustAct(orderId);
    const event = { type: 'payment.declined', orderId, attempt: 1, final: true, code: 'fraud' };
    const told: OrderChange[] = [];
    const subscriber = createRedis(
      { url: stand.space.config().redisUrl, purpose: 'subscriber', applicationName: 'test' },
      stand.space.log,
    );
    await subscribeOrderChanges(subscriber, stand.space.prefix, (changes) => void told.push(...changes));
    await Promise.all([1, 2, 3].map(() => provider.report(serve.api, event)));
    await waitFor(() => told.some((change) => change.orderId === orderId && change.status === 'FAILED'), {
      what: 'open event streams to be told',
    });
    await closeRedis(subscriber);
    expect(await worker.result(orderId)).toEqual({ status: 'FAILED' });
    expect(await stand.row(orderId)).toMatchObject({ failureCode: 'PAYMENT_DECLINED' });
    expect(await unitsMoved()).toEqual(NOTHING);
  });

  it('ends rightly for thirty at once, of which some are declined, some answers lost and all called back twice', async () => {
    provider.decide = ({ userId }) =>
      userId.endsWith('7') ? { status: 'declined', final: true, code: 'no' } : { status: 'captured' };
    provider.loseReplies = 5;
    const orders = await Promise.all(
      Array.from({ length: 30 }, (_, n) => stand.order({ userId: `buyer-${n}` })),
    );
    await Promise.all(orders.map((orderId) => worker.start({ orderId })));
    const ends = await Promise.all(orders.map((orderId) => worker.result(orderId)));
    const paid = orders.filter((orderId) => provider.taken(orderId) > 0);
    const events = [...paid, ...paid].map((orderId) => provider.captureOf(orderId));
    await inParallel(events, 10, async (event) => {
      expect(await provider.report(serve.api, event)).toMatchObject({ body: { outcome: 'already' } });
    });
    expect(provider.lost).toBe(5);
    const confirmed = ends.filter(({ status }) => status === 'CONFIRMED').length;
    expect(confirmed).toBe(27);
    for (const [n, orderId] of orders.entries()) {
      expect(provider.taken(orderId)).toBe(ends[n]?.status === 'CONFIRMED' ? PRICE.amountMinor : 0);
    }
    expect(await unitsMoved()).toEqual({
      ...NOTHING,
      ...{ claimed: confirmed, sold: confirmed, available: -confirmed },
    });
    expect(await dueRefunds(orders)).toEqual([]);
  }, 60_000);
});
