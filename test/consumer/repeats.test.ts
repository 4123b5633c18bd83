import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLifecycle, type Lifecycle } from '../../src/core/lifecycle.js';
import { workflowIdOf } from '../../src/core/names.js';
import type { OutboxRecord } from '../../src/core/outbox/record.js';
import { startWorker } from '../../src/worker/start-worker.js';
import { scheduleIdOf, SWEEPS } from '../../src/core/sweeps/sweep-names.js';
import { waitFor } from '../support/wait-for.js';
import { createConsumeStand, type ConsumeStand, type Consuming } from './consume-stand.js';

const TIMES = 5;
const ORDERS = 6;

describe('the same event delivered five times', { timeout: 60_000 }, () => {
  let stand: ConsumeStand;
  let role: Consuming;
  let worker: Lifecycle;

  beforeAll(async () => {
    stand = await createConsumeStand('repeats');
    role = await stand.start();
    worker = createLifecycle({ log: stand.space.log, deadlineMs: 10_000 });
  });
  afterAll(async () => {
    await worker.end();
    for (const name of SWEEPS)
      await stand.temporal.client.schedule
        .getHandle(scheduleIdOf(stand.space.prefix, name))
        .delete()
        .catch(() => undefined);
    await stand.close();
  });

  const publishOften = async (records: readonly OutboxRecord[]) => {
    for (let time = 0; time < TIMES; time += 1) await stand.publish(records);
    await waitFor(async () => (await stand.lag()) === 0, { what: 'the offsets' });
  };
  /** Everything that a second saga would leave a trace in. */
  const effects = async (records: readonly OutboxRecord[]) => {
    const ids = records.map(({ orderId }) => orderId);
    const { rows } = await stand.space.pool.query(
      `select
         (select count(*)::int from order_events where order_id = any($1)) as events,
         (select count(distinct (order_id, type))::int from order_events where order_id = any($1)) as different,
         (select count(*)::int from payments where order_id = any($1)) as payments,
         (select sum(claimed)::int from stock) as claimed,
         (select array_agg(distinct status) from orders where order_id = any($1)) as statuses`,
      [ids],
    );
    return rows[0] as {
      events: number;
      different: number;
      payments: number;
      claimed: number;
      statuses: string[];
    };
  };

  it('has the effects of one saga: while it waits, after it has closed, after it is gone from Temporal', async () => {
    const records = await stand.accept(ORDERS);
    await publishOften(records);
    const runIds = await stand.runIds(records);
    expect(runIds.every(Boolean)).toBe(true);
    expect(await role.counts()).toMatchObject({ started: ORDERS });

    await startWorker({
      config: stand.space.config({ sweepInterval: '1h' }),
      log: stand.space.log,
      lifecycle: worker,
    });
    const confirmed = () =>
      waitFor(async () => (await effects(records)).statuses.join() === 'CONFIRMED', {
        timeoutMs: 30_000,
        what: 'the orders to be confirmed',
      });
    await confirmed();
    const once = await effects(records);
    expect(once).toMatchObject({ payments: ORDERS, claimed: ORDERS });
    expect(once.events).toBe(once.different);

    await publishOften(records);
    expect(await stand.runIds(records)).toEqual(runIds);
    expect(await effects(records)).toEqual(once);

    // Older than Temporal remembers: REJECT_DUPLICATE would let a second saga begin. The row does not (I7).
    const { workflowService, options } = stand.temporal.client;
    await Promise.all(
      records.map(async ({ orderId }, index) => {
        const workflowExecution = { workflowId: workflowIdOf(orderId), runId: runIds[index] ?? '' };
        await workflowService.deleteWorkflowExecution({ namespace: options.namespace, workflowExecution });
      }),
    );
    await waitFor(async () => (await stand.runIds(records)).every((runId) => runId === undefined), {
      timeoutMs: 20_000,
      what: 'Temporal to forget them',
    });
    await publishOften(records);
    expect(await stand.runIds(records)).toEqual(records.map(() => undefined));
    expect(await effects(records)).toEqual(once);
    // Several of the same order within one chunk are one look.
    const { skipped = 0, started } = await role.counts();
    expect(started).toBe(ORDERS);
    expect(skipped).toBeGreaterThanOrEqual(2 * ORDERS);
  });
});
