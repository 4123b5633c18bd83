import { randomBytes } from 'node:crypto';
import { ScheduleNotFoundError } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { loadConfig } from '../../../src/core/config/load-config.js';
import { createSilentLog, type Log } from '../../../src/core/log.js';
import {
  createTemporalClient,
  type TemporalClient,
} from '../../../src/core/temporal/create-temporal-client.js';
import { keepSchedules, type KeptSchedules } from '../../../src/worker/schedules/keep-schedules.js';
import { scheduleIdOf, SWEEPS, type SweepName } from '../../../src/core/sweeps/sweep-names.js';
import { createTcpProxy } from '../../support/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';

describe('keepSchedules', () => {
  const warnings: unknown[] = [];
  const log = Object.assign(Object.create(createSilentLog()) as Log, {
    warn: (facts: unknown) => void warnings.push(facts),
  });
  let temporal: TemporalClient;
  let prefix: string;
  let kept: KeptSchedules[] = [];
  const connect = (temporalAddress: string) =>
    createTemporalClient(loadConfig({ flags: { temporalAddress }, env: {}, cwd: '/nonexistent' }).config);
  beforeAll(async () => {
    temporal = await connect(inject('stack').temporalAddress);
  });
  beforeEach(() => {
    prefix = `t-${randomBytes(4).toString('hex')}`;
    warnings.length = 0;
    kept = [];
  });
  afterEach(async () => {
    await Promise.all(kept.map((one) => one.stop()));
    for (const name of SWEEPS)
      await handleOf(name)
        .delete()
        .catch(() => undefined);
  });
  afterAll(() => temporal.close());

  const handleOf = (name: SweepName) => temporal.client.schedule.getHandle(scheduleIdOf(prefix, name));
  const keep = (client = temporal.client) => {
    const one = keepSchedules(client, { prefix, everyMs: 3_600_000 }, log, { everyMs: 100 });
    kept.push(one);
    return one;
  };
  const exists = async (name: SweepName) => {
    try {
      await handleOf(name).describe();
      return true;
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return false;
      throw error;
    }
  };
  const untilAllExist = async () => {
    for (const name of SWEEPS) {
      await waitFor(() => exists(name), { timeoutMs: 20_000, what: `the schedule of ${name}` });
    }
  };

  it('makes a schedule again that somebody has deleted, also with several workers at it', async () => {
    for (let workers = 0; workers < 3; workers += 1) keep();
    await untilAllExist();
    await handleOf('refunds').delete();
    await handleOf('overdue-orders').delete();
    await untilAllExist();
    expect(warnings).toEqual([]);
  });

  it('leaves a paused schedule paused and says so, once', async () => {
    const one = keep();
    await waitFor(() => one.paused() === 0, { timeoutMs: 20_000, what: 'the first look' });
    await handleOf('refunds').pause('the gateway is being moved');
    await waitFor(() => one.paused() === 1, { timeoutMs: 20_000, what: 'the pause to be seen' });
    // It looks on: the next deletion is mended.
    await handleOf('late-payments').delete();
    await waitFor(() => exists('late-payments'), { timeoutMs: 20_000, what: 'another look' });
    expect((await handleOf('refunds').describe()).state).toMatchObject({
      paused: true,
      note: 'the gateway is being moved',
    });
    expect(warnings).toEqual([{ sweep: 'refunds', note: 'the gateway is being moved' }]);
    await handleOf('refunds').unpause();
    await waitFor(() => one.paused() === 0, { timeoutMs: 20_000, what: 'the end of the pause to be seen' });
  });

  it('does it later when Temporal is away', async () => {
    const [host = '', port = ''] = inject('stack').temporalAddress.split(':');
    const proxy = await createTcpProxy({ host, port: Number(port) });
    const through = await connect(`127.0.0.1:${proxy.port}`);
    proxy.cut();
    const one = keep(through.client);
    await waitFor(() => warnings.length > 0, { timeoutMs: 30_000, what: 'the first look to fail' });
    expect(proxy.fired).toBeGreaterThan(0);
    expect(one.paused()).toBeUndefined();
    // Nor does a worker that ends meanwhile wait for it.
    const other = keep(through.client);
    const before = performance.now();
    await other.stop();
    expect(performance.now() - before).toBeLessThan(2_000);
    proxy.resume();
    await untilAllExist();
    await one.stop();
    kept = [];
    await through.close();
    await proxy.close();
  }, 60_000);
});
