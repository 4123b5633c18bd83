import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAtRest, expectOneSagaEach, waitForRest } from '../support/at-rest.js';
import { createPipeline, freePort, inParallel, placeOrder, type Pipeline } from '../support/pipeline.js';
import { createSpace, type Space } from '../support/space.js';
import { waitFor } from '../support/wait-for.js';

interface Replay {
  readonly planned: readonly { orderId: string; hop: string; action: string; ageSeconds: number }[];
  readonly results: readonly { orderId: string; outcome: string }[];
}
interface Top {
  readonly schemaVersion: number;
  readonly pipeline: { outboxDepth: number; lag: number };
}

async function buy(
  pipeline: Pipeline,
  count: number,
  name: string,
): Promise<{ orderId: string; userId: string }[]> {
  return inParallel(Array.from({ length: count }), 20, async (_, n) => {
    const userId = `${name}-${n}`;
    const answer = await placeOrder(pipeline, { userId, productId: 'tee', quantity: 1 });
    expect(answer.status).toBe(202);
    return { orderId: answer.body.orderId, userId };
  });
}

describe('orders that wait', { timeout: 120_000 }, () => {
  let space: Space;
  let pipeline: Pipeline;
  beforeAll(async () => {
    space = await createSpace('flow-backlog');
    await space.topics();
    pipeline = await createPipeline(space);
    await pipeline.json(['seed-stock', '--product', 'tee', '--quantity', '1000']);
    await pipeline.json(['seed-prices', '--product', 'tee', '--price', '49.90 EUR']);
  });
  afterAll(async () => {
    await pipeline.stopAll();
    await space.close();
  });

  it('are listed as queued while consume is stopped, and end by themselves when it is back', async () => {
    await pipeline.start('serve');
    const accepted = await buy(pipeline, 200, 'queued');
    await waitFor(
      async () =>
        (
          await space.pool.query(
            `select 1 from order_events where published_at is null and topics <> '{}' limit 1`,
          )
        ).rowCount === 0,
      { what: 'the relay to publish all' },
    );
    const plan = await pipeline.json<Replay>(['replay', '--dry-run', '--older-than', '0s']);
    expect(plan.planned.map((item) => item.orderId).sort()).toEqual(
      accepted.map((order) => order.orderId).sort(),
    );
    expect(new Set(plan.planned.map((item) => `${item.hop} ${item.action}`))).toEqual(
      new Set(['queued wait']),
    );
    expect(plan.results).toEqual([]);
    expect((await pipeline.json<Top>(['top', '--once'])).pipeline).toMatchObject({
      outboxDepth: 0,
      kafkaLag: 200,
    });

    await Promise.all([pipeline.start('consume'), pipeline.start('worker')]);
    await waitForRest(space);
    await expectAtRest(pipeline, accepted);
    await expectOneSagaEach(space);
    expect((await pipeline.json<Replay>(['replay', '--dry-run', '--older-than', '0s'])).planned).toEqual([]);
    expect((await pipeline.json<Top>(['top', '--once'])).pipeline).toMatchObject({
      outboxDepth: 0,
      kafkaLag: 0,
    });
    await pipeline.stopAll();
  });

  it('are listed as not published when the relay could not send, and replay hands them over, twice without harm', async () => {
    const nowhere = `127.0.0.1:${await freePort()}`;
    await pipeline.start('serve', { KAFKA_BROKERS: nowhere });
    const accepted = await buy(pipeline, 50, 'unsent');
    await pipeline.stop('serve');

    const plan = await pipeline.json<Replay>(['replay', '--dry-run', '--older-than', '0s']);
    expect(plan.planned.map((item) => item.orderId).sort()).toEqual(
      accepted.map((order) => order.orderId).sort(),
    );
    expect(new Set(plan.planned.map((item) => item.hop))).toEqual(new Set(['not-published']));

    await Promise.all([pipeline.start('consume'), pipeline.start('worker')]);
    await Promise.all([
      pipeline.json<Replay>(['replay', '--older-than', '0s', '--yes']),
      pipeline.json<Replay>(['replay', '--older-than', '0s', '--yes']),
    ]);
    await Promise.all([waitForRest(space), pipeline.start('serve')]);
    await expectAtRest(pipeline, accepted);
    await expectOneSagaEach(space);
  });
});
