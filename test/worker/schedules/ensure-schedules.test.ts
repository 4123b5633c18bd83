import { randomBytes } from 'node:crypto';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { loadConfig } from '../../../src/core/config/load-config.js';
import { createSilentLog } from '../../../src/core/log.js';
import {
  createTemporalClient,
  type TemporalClient,
} from '../../../src/core/temporal/create-temporal-client.js';
import { ensureSchedules } from '../../../src/worker/schedules/ensure-schedules.js';
import { scheduleIdOf, SWEEPS } from '../../../src/core/sweeps/sweep-names.js';
import { waitFor } from '../../support/wait-for.js';

describe('ensureSchedules', { timeout: 60_000 }, () => {
  const log = createSilentLog();
  const used: string[] = [];
  let temporal: TemporalClient;
  let prefix: string;
  beforeAll(async () => {
    const { temporalAddress } = inject('stack');
    temporal = await createTemporalClient(
      loadConfig({ flags: { temporalAddress }, env: {}, cwd: '/nonexistent' }).config,
    );
  });
  beforeEach(() => {
    prefix = `t-${randomBytes(4).toString('hex')}`;
    used.push(prefix);
  });
  afterAll(async () => {
    for (const one of used) {
      for (const name of SWEEPS) {
        await temporal.client.schedule
          .getHandle(scheduleIdOf(one, name))
          .delete()
          .catch(() => undefined);
      }
    }
    await temporal.close();
  });
  // Again, as a worker does, when a busy server has not answered in time.
  const ensure = (everyMs: number) =>
    waitFor(() => ensureSchedules(temporal.client, { prefix, everyMs }, log), {
      ...{ what: 'the schedules', timeoutMs: 40_000 },
    });
  const describeSweep = () =>
    temporal.client.schedule.getHandle(scheduleIdOf(prefix, 'abandoned-holds')).describe();

  it('creates every sweep, one run at a time, on the queue of this deployment', async () => {
    await ensure(3_600_000);
    for (const name of SWEEPS) {
      const found = await temporal.client.schedule.getHandle(scheduleIdOf(prefix, name)).describe();
      expect(found.policies.overlap).toBe(ScheduleOverlapPolicy.SKIP);
      expect(found.action).toMatchObject({
        workflowType: 'sweep',
        args: [name],
        taskQueue: `${prefix}.ORDER_SAGA_QUEUE`,
      });
    }
  });

  it('is safe from several workers that start at once, and from every further one', async () => {
    await Promise.all([ensure(3_600_000), ensure(3_600_000), ensure(3_600_000)]);
    const before = (await describeSweep()).info.lastUpdatedAt;
    await ensure(3_600_000);
    expect((await describeSweep()).info.lastUpdatedAt).toEqual(before);
  });

  it('changes the interval when the configuration has changed, and keeps a pause that somebody set', async () => {
    await ensure(3_600_000);
    const schedule = temporal.client.schedule.getHandle(scheduleIdOf(prefix, 'abandoned-holds'));
    await schedule.pause('inventory is being counted');
    await ensure(7_200_000);
    const found = await describeSweep();
    expect(found.spec.intervals?.[0]?.every).toBe(7_200_000);
    expect(found.state).toMatchObject({ paused: true, note: 'inventory is being counted' });
  });
});
