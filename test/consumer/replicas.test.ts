import { Kafka, logLevel, type Admin } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CONSUMER_GROUP, scopedName, TASK_QUEUE } from '../../src/core/names.js';
import type { OutboxRecord } from '../../src/core/outbox/record.js';
import { waitFor } from '../support/wait-for.js';
import { createConsumeStand, type ConsumeStand } from './consume-stand.js';

const AHEAD = 120;

describe('several replicas of consume', { timeout: 60_000 }, () => {
  let stand: ConsumeStand;
  let admin: Admin;

  beforeAll(async () => {
    stand = await createConsumeStand('replicas');
    const brokers = [...stand.space.config().kafkaBrokers];
    admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
  });
  afterEach(() => stand.endAll());
  afterAll(async () => {
    await admin.disconnect();
    await stand.close();
  });

  const members = (count: number) =>
    waitFor(
      async () => {
        const groupId = scopedName(stand.space.prefix, CONSUMER_GROUP);
        const { groups } = await admin.describeGroups([groupId]);
        const [group] = groups;
        return group?.state === 'Stable' && group.members.length === count;
      },
      { timeoutMs: 20_000, what: `a group of ${count}` },
    );
  /** Publishes until told to stop, and never so much ahead that the end would be waited for long. */
  const publishing = () => {
    const records: OutboxRecord[] = [];
    let stop = false;
    const done = (async () => {
      while (!stop) {
        const some = await stand.accept(30);
        await stand.publish(some);
        records.push(...some);
        await waitFor(async () => (await stand.lag()) < AHEAD, {
          timeoutMs: 30_000,
          what: 'the replicas to get on',
        });
      }
    })();
    return {
      records,
      async end() {
        stop = true;
        await done;
        return records;
      },
    };
  };

  it('share the work; one that comes and one that goes under load cost no order and start no saga twice', async () => {
    const one = await stand.start({ consumeConcurrency: '8' });
    const load = publishing();
    await waitFor(async () => ((await one.counts())['started'] ?? 0) > 50, { what: 'the first to be busy' });

    const two = await stand.start({ consumeConcurrency: '8' });
    await members(2);
    const startedBy = async (role: typeof one) => (await role.counts())['started'] ?? 0;
    const before = [await startedBy(one), await startedBy(two)] as const;
    await waitFor(
      async () => (await startedBy(one)) > before[0] + 20 && (await startedBy(two)) > before[1] + 20,
      {
        timeoutMs: 20_000,
        what: 'both to start sagas',
      },
    );

    await one.end();
    await members(1);
    const third = await stand.start({ consumeConcurrency: '8' });
    await members(2);
    const records = await load.end();
    await stand.waitForAll(records);
    await Promise.all([two.end(), third.end()]);

    const { rows } = await stand.space.pool.query<{ tracked: number }>(
      `select count(*)::int as tracked from order_events where version = 2 and type = 'TRACKED'`,
    );
    expect(rows).toEqual([{ tracked: records.length }]);
    // Every run there ever was, of whichever order (I7).
    const queue = scopedName(stand.space.prefix, TASK_QUEUE);
    const runs = async () => (await stand.temporal.client.workflow.count(`TaskQueue = '${queue}'`)).count;
    await waitFor(async () => (await runs()) >= records.length, { what: 'Temporal to list the runs' });
    expect(await runs()).toBe(records.length);
  });
});
