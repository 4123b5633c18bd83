import { describe, expect, it, vi } from 'vitest';
import type { KafkaRecord, Publisher } from '../../../src/core/kafka/port.js';
import { createSilentLog } from '../../../src/core/log.js';
import { createHandOver, EVENTS_PER_SEND } from '../../../src/core/outbox/hand-over.js';
import type { OutboxRecord } from '../../../src/core/outbox/record.js';
import { outboxRecord } from '../../support/outbox-record.js';
import { waitFor } from '../../support/wait-for.js';

const versionOf = (record: KafkaRecord) =>
  (JSON.parse(String(record.value)) as { orderVersion: number }).orderVersion;

/** A broker that can be held and can refuse, and that notices two sends at once. */
function createBroker() {
  const log: string[] = [];
  let inFlight = 0;
  let held: Promise<void> | undefined;
  const state = { sends: 0, failures: 0, mostInFlight: 0, refusing: false, letGo: () => undefined as void };
  const publisher: Publisher = {
    async publishBatch(records: readonly KafkaRecord[]) {
      state.sends += 1;
      inFlight += 1;
      state.mostInFlight = Math.max(state.mostInFlight, inFlight);
      await (held ?? Promise.resolve());
      inFlight -= 1;
      if (state.refusing) {
        state.failures += 1;
        throw new Error('away');
      }
      log.push(...records.map((record) => `${String(record.key)}/${versionOf(record)}`));
    },
    close: () => Promise.resolve(),
  };
  return {
    publisher,
    log,
    state,
    hold() {
      held = new Promise((resolve) => (state.letGo = () => ((held = undefined), resolve())));
    },
  };
}

const setUp = (capacity?: number) => {
  const broker = createBroker();
  const published: OutboxRecord[] = [];
  const handOver = createHandOver({
    publisher: broker.publisher,
    log: createSilentLog(),
    onPublished: (records) => published.push(...records),
    ...(capacity === undefined ? {} : { capacity }),
  });
  return { broker, published, handOver };
};
const keysOf = (records: readonly OutboxRecord[]) => records.map((one) => `${one.orderId}/${one.version}`);

describe('the hand-over', () => {
  it('sends the first event at once, and what comes soon after it together', async () => {
    const { broker, published, handOver } = setUp();
    handOver.offer([outboxRecord()]);
    await waitFor(() => published.length === 1, { what: 'the first event' });
    for (let n = 0; n < 20; n += 1) {
      handOver.offer([outboxRecord()]);
      await new Promise(setImmediate);
    }
    await waitFor(() => published.length === 21, { what: 'the others' });
    // Unpaced, nearly each of them would go by itself; a slow machine may need a few sends more.
    expect(broker.state.sends).toBeLessThan(10);
  });

  it('sends what has queued up meanwhile as one batch, as soon as the send in flight is acknowledged', async () => {
    const { broker, handOver } = setUp();
    broker.hold();
    const records = Array.from({ length: 50 }, () => outboxRecord());
    for (const record of records) handOver.offer([record]);
    expect(handOver.size()).toBe(50);
    broker.state.letGo();
    await waitFor(() => handOver.size() === 0, { what: 'the hand-over to be empty' });
    expect(broker.log).toEqual(keysOf(records));
    expect(broker.state).toMatchObject({ sends: 2, mostInFlight: 1 });
  });

  it('sends a failed batch again until the broker has it, and leaves all that came after it to the outbox', async () => {
    const { broker, handOver, published } = setUp();
    broker.state.refusing = true;
    const [first, ...queued] = Array.from({ length: 5 }, () => outboxRecord());
    handOver.offer([first as OutboxRecord]);
    handOver.offer(queued);
    await waitFor(() => broker.state.failures > 1, { what: 'the first send to fail twice' });
    expect(handOver.isFailing()).toBe(true);
    handOver.offer([outboxRecord()]);
    expect([handOver.size(), handOver.isBehind()]).toEqual([1, true]);
    broker.state.refusing = false;
    await waitFor(() => handOver.size() === 0, { what: 'the hand-over to be empty' });
    expect(broker.log).toEqual(keysOf([first as OutboxRecord]));
    expect(keysOf(published)).toEqual(broker.log);
    expect(handOver.isFailing()).toBe(false);

    // Nothing overtakes what is in the outbox until somebody says that there is nothing more.
    handOver.offer([outboxRecord()]);
    expect(handOver.size()).toBe(0);
    handOver.catchUp();
    const last = outboxRecord();
    handOver.offer([last]);
    await waitFor(() => published.length === 2, { what: 'the next event' });
    expect(broker.log.at(-1)).toBe(`${last.orderId}/1`);
  });

  it('tells of nothing as published before its acknowledgement', async () => {
    const { broker, handOver, published } = setUp();
    broker.hold();
    handOver.offer([outboxRecord()]);
    await waitFor(() => broker.state.sends === 1, { what: 'the send to begin' });
    expect(published).toEqual([]);
    broker.state.letGo();
    await waitFor(() => published.length === 1, { what: 'the acknowledgement' });
  });

  it('takes no more than its capacity, and then nothing until the outbox is caught up with', async () => {
    const { broker, handOver, published } = setUp(10);
    broker.hold();
    handOver.offer(Array.from({ length: 25 }, () => outboxRecord()));
    expect([handOver.size(), handOver.isBehind()]).toEqual([10, true]);
    broker.state.letGo();
    await waitFor(() => handOver.size() === 0, { what: 'the hand-over to be empty' });
    handOver.offer([outboxRecord()]);
    expect(handOver.size()).toBe(0);
    handOver.catchUp();
    handOver.offer([outboxRecord()]);
    await waitFor(() => published.length === 11, { what: 'the late event' });
  });

  it('bounds one send, however much is waiting', async () => {
    const { broker, handOver } = setUp();
    const send = vi.spyOn(broker.publisher, 'publishBatch');
    handOver.offer(Array.from({ length: 2 * EVENTS_PER_SEND + 1 }, () => outboxRecord()));
    await waitFor(() => handOver.size() === 0, { what: 'the hand-over to be empty' });
    expect(send.mock.calls.map(([records]) => records.length)).toEqual([EVENTS_PER_SEND, EVENTS_PER_SEND, 1]);
  });

  it('passes over events that no topic wants', () => {
    const { broker, handOver } = setUp();
    handOver.offer([outboxRecord({ topics: [] })]);
    expect(handOver.size()).toBe(0);
    expect(broker.state.sends).toBe(0);
  });

  it('ends when asked to: at once while Kafka is away, after the last send otherwise, at the deadline at the latest', async () => {
    const away = setUp();
    away.broker.state.refusing = true;
    away.handOver.offer([outboxRecord()]);
    await waitFor(() => away.broker.state.failures > 0, { what: 'a failed send' });
    await away.handOver.finish(AbortSignal.timeout(10_000));

    const busy = setUp();
    busy.handOver.offer(Array.from({ length: 1_200 }, () => outboxRecord()));
    await busy.handOver.finish(AbortSignal.timeout(10_000));
    expect(busy.published).toHaveLength(1_200);

    const stuck = setUp();
    stuck.broker.hold();
    stuck.handOver.offer([outboxRecord()]);
    await stuck.handOver.finish(AbortSignal.abort());
    stuck.broker.state.letGo();
  });
});
