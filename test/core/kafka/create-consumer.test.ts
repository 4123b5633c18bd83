import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createConsumer } from '../../../src/core/kafka/create-consumer.js';
import { createProgressWatch } from '../../../src/consumer/watch-progress.js';
import { createPublisher } from '../../../src/core/kafka/create-publisher.js';
import { createOffsetsReader } from '../../../src/core/kafka/kafka-admin.js';
import type { BatchConsumer, ConsumedBatch, Publisher } from '../../../src/core/kafka/port.js';
import { createSilentLog } from '../../../src/core/log.js';
import { CONSUMER_GROUP, TOPICS } from '../../../src/core/names.js';
import { createSpace, type Space } from '../../support/space.js';
import { waitFor } from '../../support/wait-for.js';

describe('the consumer', () => {
  let space: Space;
  let publisher: Publisher;
  const running: BatchConsumer[] = [];
  let sent = 0;

  beforeAll(async () => {
    space = await createSpace('consumer');
    await space.topics();
    publisher = createPublisher(space.config(), createSilentLog());
  });
  afterAll(async () => {
    await publisher.close();
    await space.close();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((consumer) => consumer.stop()));
  });

  const send = async (count: number) => {
    const values = Array.from({ length: count }, () => String((sent += 1)));
    await publisher.publishBatch(
      values.map((value) => ({ topic: TOPICS.reservations, key: `key-${value}`, value })),
    );
    return values;
  };
  const start = async (group: string, handle: (batch: ConsumedBatch) => Promise<void>) => {
    const consumer = createConsumer(space.config(), createSilentLog(), {
      topic: TOPICS.reservations,
      group,
      partitionsAtOnce: 3,
    });
    running.push(consumer);
    await consumer.start(handle);
    return consumer;
  };
  const stop = async (consumer: BatchConsumer) => {
    running.splice(running.indexOf(consumer), 1);
    await consumer.stop();
  };
  const valuesOf = (batch: ConsumedBatch) => batch.messages.map((message) => message.value?.toString() ?? '');
  /** Takes everything and commits it. */
  const taking = (seen: string[]) => async (batch: ConsumedBatch) => {
    seen.push(...valuesOf(batch));
    const last = batch.messages.at(-1);
    if (last) await batch.commitThrough(last.offset);
  };

  it('begins at the beginning, and after a restart where it had committed', async () => {
    const before = await send(60);
    const first: string[] = [];
    const consumer = await start('resume', taking(first));
    await waitFor(() => before.every((value) => first.includes(value)), { what: 'everything sent before' });
    await stop(consumer);

    const meanwhile = await send(60);
    const second: string[] = [];
    await start('resume', taking(second));
    await waitFor(() => meanwhile.every((value) => second.includes(value)), { what: 'what came meanwhile' });
    expect(second.filter((value) => first.includes(value))).toEqual([]);
  });

  it('hands over again what was not committed, to the next member as well', async () => {
    const seen: string[] = [];
    const consumer = await start('uncommitted', (batch) => {
      seen.push(...valuesOf(batch));
      return Promise.resolve();
    });
    const values = await send(30);
    await waitFor(() => values.every((value) => seen.includes(value)), { what: 'the first delivery' });
    await stop(consumer);
    const again: string[] = [];
    await start('uncommitted', taking(again));
    await waitFor(() => values.every((value) => again.includes(value)), { what: 'the second delivery' });
  });

  it('reads a paused partition again from its first uncommitted message', async () => {
    const values = await send(40);
    const batches: string[][] = [];
    const done: string[] = [];
    let refusals = 0;
    await start('pausing', async (batch) => {
      const mine = valuesOf(batch);
      batches.push(mine);
      if (batch.partition === 0 && refusals < 3) {
        refusals += 1;
        return batch.pauseFor(50);
      }
      await taking(done)(batch);
    });
    await waitFor(() => values.every((value) => done.includes(value)), {
      what: 'everything after the pauses',
    });
    expect(refusals).toBe(3);
    expect(new Set(done).size).toBe(done.length);
  });

  it('loses nothing when a second member joins in the middle', async () => {
    const seen: string[] = [];
    const slowly = async (batch: ConsumedBatch) => {
      for (const message of batch.messages) {
        if (!batch.isCurrent()) return;
        await batch.heartbeat();
        seen.push(message.value?.toString() ?? '');
        await batch.commitThrough(message.offset);
      }
    };
    const one = await start('joining', slowly);
    const values = await send(900);
    await waitFor(() => seen.length > 50, { what: 'the first member to be busy' });
    const two = await start('joining', slowly);
    await waitFor(() => two.assigned().length > 0 && one.assigned().length + two.assigned().length === 3, {
      timeoutMs: 20_000,
      what: 'the members to share the partitions',
    });
    values.push(...(await send(100)));
    await waitFor(() => values.every((value) => seen.includes(value)), {
      timeoutMs: 20_000,
      what: 'every message',
    });
  });

  it('tells when the client has given up for good', async () => {
    await send(3);
    // What the client does not try again after: it ends its loop, while the process would live on.
    const refused = Object.assign(new Error('no broker here knows this request'), {
      name: 'KafkaJSNotImplemented',
    });
    const consumer = await start('giving-up', () => Promise.reject(refused));
    await expect(consumer.failed).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('gave up') as string,
    });
    expect(consumer.assigned()).toEqual([]);
  });

  it('is told from one that works when it holds partitions and takes nothing', async () => {
    let release: () => void = () => undefined;
    const never = new Promise<void>((resolve) => (release = resolve));
    const consumer = await start(CONSUMER_GROUP, () => never);
    await send(9);
    const offsets = createOffsetsReader(space.config());
    const watch = createProgressWatch({
      readOffsets: () => offsets.read(),
      assigned: () => consumer.assigned(),
      log: createSilentLog(),
      everyMs: 50,
      stalledAfterMs: 400,
    });
    watch.start();
    try {
      await expect(watch.failed).rejects.toMatchObject({
        code: 'INTERNAL',
        message: expect.stringContaining('made no progress') as string,
      });
    } finally {
      watch.stop();
      release();
      await offsets.close();
    }
  });

  it('says that the topic is missing before anything is migrated', async () => {
    const consumer = createConsumer(space.config({ prefix: `${space.prefix}-none` }), createSilentLog(), {
      topic: TOPICS.reservations,
      group: 'none',
      partitionsAtOnce: 3,
    });
    await expect(consumer.start(() => Promise.resolve())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      hint: 'ordersctl migrate creates it',
    });
    await consumer.stop();
  });
});
