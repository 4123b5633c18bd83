import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TOPICS, workflowIdOf } from '../../../src/core/names.js';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { insertRoleStats } from '../../../src/core/postgres/insert-role-stats.js';
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
import type { SweepName } from '../../../src/core/sweeps/sweep-names.js';
import { LIMIT } from '../../../src/core/sweeps/sweep-runs.js';
import { FIGURES_KEPT_SECONDS } from '../../../src/core/stats/figures-kept.js';
import { createSagaStand, SEEDED, type SagaStand } from '../saga-stand.js';
import type { TemporalWorker } from '../temporal-worker.js';

/** The sweeps as the schedules run them: by name, in a worker, with the ages and the gateway it has. */
let stand: SagaStand;
let worker: TemporalWorker;
beforeAll(async () => {
  stand = await createSagaStand('sweep-runs');
  worker = await stand.worker({ settings: { simulatedManualCapture: 'true' } });
});
afterAll(() => stand.close());

const sweep = (name: SweepName) =>
  worker.client.workflow.execute('sweep', {
    taskQueue: worker.taskQueue,
    workflowId: `${stand.space.prefix}-${name}-${randomUUID()}`,
    args: [name],
  });
/** Everything so far happened an hour ago. */
const anHourPasses = async () => {
  const { pool } = stand.space;
  await pool.query(
    `update orders set updated_at = updated_at - interval '1 hour', pay_by = pay_by - interval '1 hour'`,
  );
  await pool.query(`update payments set updated_at = updated_at - interval '1 hour'`);
};
const capture = (orderId: string, attempt: number) =>
  recordCaptures(stand.space.pool, [
    {
      orderId,
      attempt,
      gateway: 'simulated',
      gatewayReference: randomUUID(),
      amountMinor: 4_990,
      currency: 'EUR',
    },
  ]);
const waiting = async (deadlineMs = 60_000) => {
  const orderId = await stand.order();
  await worker.start({ orderId, deadlineMs });
  await worker.untilItWaits(orderId);
  return orderId;
};

it('sells an order for its late payment and gives the second one back, then keeps a deadline without a saga', async () => {
  const late = await stand.order();
  await worker.start({ orderId: late, deadlineMs: 100 });
  expect(await worker.result(late)).toEqual({ status: 'EXPIRED' });
  await capture(late, 1);
  await capture(late, 2);
  // Fresh payments are left to those who have just recorded them.
  expect(await sweep('late-payments')).toBe(0);
  await anHourPasses();
  expect(await sweep('late-payments')).toBe(1);
  expect((await stand.row(late)).status).toBe('CONFIRMED');
  expect(stand.offered.at(-1)).toMatchObject({
    type: 'CONFIRMED',
    topics: [TOPICS.confirmed, TOPICS.progress],
  });
  await anHourPasses();
  expect(await sweep('refunds')).toBe(1);
  expect(await sweep('refunds')).toBe(0);
  expect(await findPayments(stand.space.pool, late)).toMatchObject([
    { status: 'CAPTURED' },
    { status: 'REFUNDED', refundReference: `sim_refund:${late}:2` },
  ]);

  const [paid, unpaid] = [await waiting(), await waiting()];
  for (const orderId of [paid, unpaid]) {
    await worker.client.workflow.getHandle(workflowIdOf(orderId)).terminate();
  }
  await capture(paid, 1);
  expect(await sweep('overdue-orders')).toBe(0);
  await anHourPasses();
  expect(await sweep('overdue-orders')).toBe(2);
  expect((await stand.row(paid)).status).toBe('CONFIRMED');
  expect((await stand.row(unpaid)).status).toBe('EXPIRED');
  expect(await stand.units()).toEqual({
    claimed: 2,
    held: 0,
    sold: 2,
    available: SEEDED - 2,
    inHolds: 0,
    openHalves: 0,
  });
  expect(stand.counts).toMatchObject({ confirmed: 2, expired: 2, released: 2 });
}, 30_000);

it('forgets the figures of seconds that nobody looks at any more, and no others', async () => {
  const { pool } = stand.space;
  const second = (secondsAgo: number) => new Date((Math.floor(Date.now() / 1_000) - secondsAgo) * 1_000);
  const row = (secondsAgo: number) => ({
    ...{ role: 'serve' as const, replica: 'a', productId: '', second: second(secondsAgo) },
    ...{ counts: { accepted: 1 }, latency: {} },
  });
  const kept = FIGURES_KEPT_SECONDS - 60;
  // More than one round takes.
  const old = Array.from({ length: LIMIT + 1 }, (_, n) => row(FIGURES_KEPT_SECONDS + 60 + n));
  await insertRoleStats(pool, [...old, row(kept), row(1)]);
  expect(await sweep('old-figures')).toBe(LIMIT + 1);
  const { rows } = await pool.query<{ left: string }>(
    `select count(*) as left from role_stats where role = 'serve'`,
  );
  expect(rows).toEqual([{ left: '2' }]);
}, 30_000);
