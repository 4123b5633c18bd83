import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensureTopics } from '../../../src/core/kafka/kafka-admin.js';
import { TOPICS } from '../../../src/core/names.js';
import { measureOutbox } from '../../../src/core/postgres/measure-outbox.js';
import { startOwnBroker, type OwnBroker } from '../../support/own-broker.js';
import { readTopic, type TopicReader } from '../../support/read-topic.js';
import { createSpace } from '../../support/space.js';
import { waitFor } from '../../support/wait-for.js';
import { startServe, type ServeSpace } from '../serve-space.js';

const DEPTH = 60;
const AT_ONCE = 10;
const TIMEOUT = 120_000;

describe('serve, its relay and a broker of their own', { timeout: TIMEOUT }, () => {
  let broker: OwnBroker;
  let serve: ServeSpace;
  let reader: TopicReader | undefined;

  beforeAll(async () => {
    const [space, started] = await Promise.all([createSpace('broker-away'), startOwnBroker()]);
    broker = started;
    const kafkaBrokers = broker.brokers.join(',');
    await ensureTopics(space.config({ kafkaBrokers }));
    serve = await startServe(space, { kafkaBrokers, outboxMaxDepth: String(DEPTH) });
  }, TIMEOUT);
  afterEach(async () => {
    await reader?.close();
    reader = undefined;
  });
  afterAll(async () => {
    broker.thaw();
    await serve.close();
    await broker.close();
  });

  const buyers = (productId: string) =>
    Promise.all(Array.from({ length: AT_ONCE }, () => serve.order(productId, 1)));
  const depth = async () => (await measureOutbox(serve.space.pool)).depth;
  const messages = () => reader?.messages ?? [];
  const messagesOf = (orderId: string) => messages().filter((message) => message.key === orderId);
  /** Opened when the broker is there: a reader that was cut off takes longer to come back than all the rest. */
  const openReader = async () => {
    reader = await readTopic({ prefix: serve.space.prefix, brokers: broker.brokers }, TOPICS.reservations);
  };

  /** First times only: repeats are allowed. Orders of one commit are of the same age. */
  const expectByAge = async (orderIds: readonly string[]) => {
    const { rows } = await serve.space.pool.query<{ order_id: string; occurred_at: Date }>(
      'select order_id, occurred_at from order_events where order_id = any($1) and version = 1',
      [orderIds],
    );
    const committedAt = new Map(rows.map(({ order_id, occurred_at }) => [order_id, occurred_at.getTime()]));
    for (const partition of [0, 1, 2]) {
      const keys = new Set(
        messages().flatMap((message) => (message.partition === partition ? (message.key ?? '') : [])),
      );
      const inTopic = [...keys].flatMap((orderId) => committedAt.get(orderId) ?? []);
      expect(inTopic).toEqual(inTopic.toSorted((a, b) => a - b));
    }
  };

  const outages = [
    ['freezes', () => Promise.resolve(broker.freeze()), () => Promise.resolve(broker.thaw())],
    ['is killed', () => broker.kill(), () => broker.start()],
  ] as const;
  it.each(outages)(
    '%s: orders are accepted until the outbox is as deep as allowed, and again when it has drained, oldest first',
    async (_name, goAway, comeBack) => {
      const productId = await serve.product(10_000);
      const first = await buyers(productId);
      expect(first.map(({ status }) => status)).toEqual(first.map(() => 202));
      await waitFor(async () => (await depth()) === 0, { what: 'the first orders to be published' });

      await goAway();
      const accepted: string[] = [];
      await waitFor(
        async () => {
          const answers = await buyers(productId);
          for (const { status, body } of answers) if (status === 202) accepted.push(String(body['orderId']));
          return answers.every(({ status }) => status === 503);
        },
        { what: 'the outbox to count as full' },
      );
      // A batch that was let in together may go past the limit together.
      expect(accepted.length).toBeGreaterThanOrEqual(DEPTH - AT_ONCE);
      expect(accepted.length).toBeLessThanOrEqual(DEPTH + AT_ONCE);
      expect(await depth()).toBe(accepted.length);
      const before = await serve.figures(productId);
      const [refused] = await buyers(productId);
      expect(refused?.body).toMatchObject({ status: 503, code: 'OVERLOADED', retryable: true });
      expect(await serve.figures(productId)).toEqual(before);

      await comeBack();
      const resumed = await waitFor(
        async () => {
          const answer = await serve.order(productId, 1);
          return answer.status === 202 && String(answer.body['orderId']);
        },
        { timeoutMs: 60_000, intervalMs: 100, what: 'orders to be accepted again' },
      );
      await waitFor(async () => (await depth()) === 0, { timeoutMs: 20_000, what: 'the outbox to drain' });
      const all = [...accepted, resumed];
      await openReader();
      await waitFor(() => all.every((orderId) => messagesOf(orderId).length > 0), {
        timeoutMs: 20_000,
        what: 'every order in the topic',
      });
      await expectByAge(all);
    },
  );

  it('publishes an event again whose acknowledgement was lost after the append, and loses none', async () => {
    const productId = await serve.product(100);
    const userId = `lost-${randomUUID()}`;
    await openReader();
    const firedBefore = broker.proxy.fired;
    broker.proxy.loseReplyTo(userId);
    const answer = await serve.order(productId, 1, { userId });
    expect(answer.status).toBe(202);
    const orderId = String(answer.body['orderId']);
    await waitFor(() => messagesOf(orderId).length > 1, { timeoutMs: 20_000, what: 'the repeated event' });
    expect(broker.proxy.fired).toBe(firedBefore + 1);
    await waitFor(async () => (await depth()) === 0, { timeoutMs: 20_000, what: 'the event to be marked' });
    const [one, two] = messagesOf(orderId);
    expect(two?.json).toEqual(one?.json);

    const next = await serve.order(productId, 1);
    await waitFor(() => messagesOf(String(next.body['orderId'])).length > 0, { what: 'the next event' });
  });
});
