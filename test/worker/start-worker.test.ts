import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { AppError } from '../../src/core/errors.js';
import { createLifecycle, type Lifecycle } from '../../src/core/lifecycle.js';
import { TOPICS } from '../../src/core/names.js';
import { sumRoleStats } from '../../src/core/postgres/sum-role-stats.js';
import { createTemporalClient, type TemporalClient } from '../../src/core/temporal/create-temporal-client.js';
import { startSaga } from '../../src/core/temporal/start-saga.js';
import type { ConfigKey } from '../../src/core/config/schema.js';
import { scheduleIdOf, SWEEPS } from '../../src/core/sweeps/sweep-names.js';
import { startWorker, type RunningWorker } from '../../src/worker/start-worker.js';
import { deleteSchedules } from '../support/delete-schedules.js';
import { freePort } from '../support/pipeline.js';
import { readTopic } from '../support/read-topic.js';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';
import { createSagaStand, type SagaStand } from './saga-stand.js';

describe('startWorker', () => {
  let stand: SagaStand;
  let lifecycle: Lifecycle;
  let temporal: TemporalClient;
  let proxy: TcpProxy | undefined;
  afterEach(async () => {
    await lifecycle.end();
    await deleteSchedules(temporal.client, stand.space.prefix);
    await temporal.close();
    await stand.close();
    await proxy?.close();
    proxy = undefined;
  });

  async function prepare(): Promise<void> {
    stand = await createSagaStand('role');
    lifecycle = createLifecycle({ log: stand.space.log, deadlineMs: 10_000 });
    temporal = await createTemporalClient(stand.space.config());
  }
  const start = (settings: Partial<Record<ConfigKey, string>> = {}): Promise<RunningWorker> =>
    startWorker({
      config: stand.space.config({ drainDeadline: '5s', sweepInterval: '1h', ...settings }),
      log: stand.space.log,
      lifecycle,
    });
  const beginSaga = async (deadlineMs = 60_000) => {
    const orderId = await stand.order();
    await startSaga(temporal.client, stand.space.prefix, orderId, { orderId, deadlineMs });
    return orderId;
  };

  it('takes orders to their end, publishes them, writes its figures and drains without a loss', async () => {
    await prepare();
    await stand.space.topics();
    const { adminPort } = await start();
    const ready = await fetch(`http://127.0.0.1:${adminPort}/readyz?verbose`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ role: 'worker', ready: true });

    const orders = await Promise.all(Array.from({ length: 10 }, () => beginSaga()));
    for (const orderId of orders) await stand.waitForStatus(orderId, 'CONFIRMED');
    const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
    expect(metrics).toMatch(/ordersctl_events_total\{code="confirmed",role="worker"\} 10/);

    await lifecycle.end();
    await lifecycle.ended;
    const { rows } = await stand.space.pool.query<{ left: string }>(
      `select count(*) as left from order_events
       where published_at is null and topics <> '{}' and type <> 'PENDING'`,
    );
    expect(rows[0]?.left).toBe('0');
    const { prefix } = stand.space;
    const reader = await readTopic({ prefix, brokers: stand.space.config().kafkaBrokers }, TOPICS.confirmed);
    await waitFor(() => reader.messages.length >= orders.length, { what: 'the events of confirmed orders' });
    expect(new Set(reader.messages.map((message) => message.key))).toEqual(new Set(orders));
    await reader.close();
    const figures = await sumRoleStats(stand.space.pool, { sinceSeconds: 60 });
    const total = figures.reduce((sum, figure) => sum + (figure.counts['confirmed'] ?? 0), 0);
    expect(total).toBe(10);
  });

  it('refuses to run without a named payment gateway, with the exit code of a wrong configuration', async () => {
    await prepare();
    const config = { ...stand.space.config(), payments: undefined };
    const started = startWorker({ config, log: stand.space.log, lifecycle });
    await expect(started).rejects.toMatchObject({ code: 'CONFIG_INVALID', exitCode: 2 });
    await expect(started).rejects.toThrow(/ORDERSCTL_PAYMENTS/);
  });

  it('gives up with exit code 5 when Temporal is not there at the start', async () => {
    await prepare();
    const started = start({ temporalAddress: `127.0.0.1:${await freePort()}` });
    await expect(started).rejects.toMatchObject({ code: 'UNAVAILABLE', exitCode: 5 });
  });

  it('waits for Temporal when it goes away later, and goes on where it was', async () => {
    await prepare();
    const [host = '', port = ''] = inject('stack').temporalAddress.split(':');
    proxy = await createTcpProxy({ host, port: Number(port) });
    const { adminPort, failed } = await start({ temporalAddress: `127.0.0.1:${proxy.port}` });
    let gone: AppError | undefined;
    failed.catch((error: AppError) => (gone = error));
    const before = await beginSaga();
    await stand.waitForStatus(before, 'CONFIRMED');

    const readyz = () => fetch(`http://127.0.0.1:${adminPort}/readyz?verbose`);
    expect((await readyz()).status).toBe(200);
    proxy.cut();
    await waitFor(() => (proxy?.fired ?? 0) > 2, { what: 'the worker to try again' });
    const meanwhile = await beginSaga();
    // Reported, and no reason to be taken out of service.
    await waitFor(async () => (await (await readyz()).text()).includes('"name":"temporal","ok":false'), {
      what: 'the probe to name Temporal',
    });
    expect((await readyz()).status).toBe(200);
    proxy.resume();
    await waitFor(async () => (await stand.row(meanwhile)).status === 'CONFIRMED', {
      timeoutMs: 25_000,
      what: 'the order of the outage to be confirmed',
    });
    expect(gone).toBeUndefined();
  }, 40_000);

  it('runs the sweeps by schedule: a hold whose order never came is back without anybody asking', async () => {
    await prepare();
    await stand.hold(randomUUID());
    expect(await stand.units()).toMatchObject({ available: 99, inHolds: 1, claimed: 0 });
    await start({ sweepInterval: '1s', holdSweepAge: '1ms' });
    await waitFor(async () => (await stand.units()).inHolds === 0, { what: 'the sweep of abandoned holds' });
    expect(await stand.units()).toEqual({
      claimed: 0,
      held: 0,
      sold: 0,
      available: 100,
      inHolds: 0,
      openHalves: 0,
    });
  });

  it('runs every sweep without a failure, and shows on /metrics that units are conserved', async () => {
    await prepare();
    await stand.space.topics();
    const { adminPort } = await start({ sweepInterval: '1s' });
    const { prefix } = stand.space;
    for (const name of SWEEPS) {
      const schedule = temporal.client.schedule.getHandle(scheduleIdOf(prefix, name));
      await waitFor(() => schedule.describe(), { timeoutMs: 20_000, what: `the schedule of ${name}` });
      await schedule.trigger();
    }
    const runsOf = async (status: string) => {
      const query = `WorkflowType = 'sweep' AND TaskQueue = '${prefix}.ORDER_SAGA_QUEUE' AND ExecutionStatus = '${status}'`;
      const names = new Set<string>();
      for await (const { workflowId } of temporal.client.workflow.list({ query })) {
        names.add(SWEEPS.find((name) => workflowId.startsWith(scheduleIdOf(prefix, name))) ?? workflowId);
      }
      return names;
    };
    await waitFor(async () => (await runsOf('Completed')).size === SWEEPS.length, {
      timeoutMs: 30_000,
      intervalMs: 250,
      what: 'every sweep to have run',
    });
    expect(await runsOf('Failed')).toEqual(new Set());
    const metrics = async () => (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
    expect(await metrics()).toMatch(/ordersctl_conservation_drifting_products\{role="worker"\} 0/);
    expect(await metrics()).toMatch(/ordersctl_sweeps_paused\{role="worker"\} 0/);
  }, 60_000);

  it('fails a run of a sweep that only a newer version knows, and lives on', async () => {
    await prepare();
    await start();
    const run = temporal.client.workflow.execute('sweep', {
      taskQueue: `${stand.space.prefix}.ORDER_SAGA_QUEUE`,
      workflowId: `unknown-${stand.space.prefix}`,
      args: ['of-the-future'],
    });
    await expect(run).rejects.toMatchObject({
      cause: { cause: { message: expect.stringContaining('knows no sweep "of-the-future"') as string } },
    });
    const orderId = await beginSaga();
    await stand.waitForStatus(orderId, 'CONFIRMED');
  }, 30_000);
});
