import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { REPLAYS_HEADER } from '../../src/core/dead-letters/letter-headers.js';
import type { LetterJson } from '../../src/core/dead-letters/letter-json.js';
import type { StoredMessage } from '../../src/core/kafka/port.js';
import { readStored } from '../../src/core/kafka/read-stored.js';
import { createSilentLog } from '../../src/core/log.js';
import { TOPICS } from '../../src/core/names.js';
import { runJson } from '../cli/run-command.js';
import { waitFor } from '../support/wait-for.js';
import { createConsumeStand, type ConsumeStand, type Consuming } from './consume-stand.js';

/** Hardly less than a topic takes by default (1,048,588 with what surrounds it): no room for what a dead letter adds. */
const LARGE = 1_048_400;

describe('dead letters of consume', { timeout: 40_000 }, () => {
  let stand: ConsumeStand;
  let role: Consuming;

  beforeAll(async () => {
    stand = await createConsumeStand('dead-letters');
    role = await stand.start();
  });
  afterEach(async () => {
    await runJson(['dlq', 'drop', '--yes'], { env: stand.space.environment });
  });
  afterAll(() => stand.close());

  const letters = () => runJson<LetterJson[]>(['dlq', 'list'], { env: stand.space.environment });
  const caughtUp = () => waitFor(async () => (await stand.lag()) === 0, { what: 'the offsets' });
  const stored = async (): Promise<StoredMessage[]> => {
    const messages: StoredMessage[] = [];
    const options = { topic: TOPICS.deadLetters };
    await readStored(stand.space.config(), createSilentLog(), options, (some) => {
      messages.push(...some);
      return Promise.resolve('go-on');
    });
    return messages;
  };

  it('take a message as large as its topic takes, and the orders around it go on', async () => {
    const before = await stand.accept(20);
    const after = await stand.accept(20);
    const large = Buffer.alloc(LARGE, 0xfe);
    await stand.publish(before);
    await stand.publisher.publishBatch([
      { topic: TOPICS.reservations, key: 'large', value: large, headers: { traceparent: '00-ab-cd-01' } },
    ]);
    await stand.publish(after);
    await stand.waitForAll([...before, ...after]);
    const letter = (await stored()).find(({ key }) => key?.toString() === 'large');
    expect(letter?.value?.equals(large)).toBe(true);
    expect(letter?.headers).toMatchObject({ traceparent: Buffer.from('00-ab-cd-01') });
    expect(await letters()).toMatchObject([{ reason: 'NOT_JSON', attempts: 1 }]);
  });

  it('bring an order back once it is there again, and count how often they came back', async () => {
    const records = await stand.accept(1);
    const [{ orderId = '' } = {}] = records;
    const setStatus = (status: string) =>
      stand.space.pool.query('update orders set status = $2 where order_id = $1', [orderId, status]);
    // As in a database that was restored without it: the row is there for the protocol only.
    await setStatus('ABANDONED');
    await stand.publish(records);
    await waitFor(async () => (await letters()).length === 1, { what: 'the first burial' });
    expect(await letters()).toMatchObject([{ reason: 'UNKNOWN_ORDER', orderId, replays: 0 }]);
    expect(await stand.runIds(records)).toEqual([undefined]);

    const replay = () => runJson(['dlq', 'replay', '--yes'], { env: stand.space.environment });
    await replay();
    await waitFor(async () => (await letters()).length === 1, { what: 'the second burial' });
    expect(await letters()).toMatchObject([{ reason: 'UNKNOWN_ORDER', replays: 1 }]);
    expect((await stored()).map(({ headers }) => headers[REPLAYS_HEADER]?.toString())).toContain('1');

    await setStatus('PENDING');
    await replay();
    await caughtUp();
    await waitFor(async () => (await stand.runIds(records)).every(Boolean), { what: 'its saga' });
    expect(await letters()).toEqual([]);
    expect(await role.counts()).toMatchObject({ dead_lettered: 3, started: 41 });
  });
});
