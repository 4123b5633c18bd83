import { afterAll, beforeAll, expect, it } from 'vitest';
import { TOPICS } from '../../src/core/names.js';
import { expectAtRest, expectOneSagaEach, waitForRest } from '../support/at-rest.js';
import { createPipeline, inParallel, placeOrder, type Pipeline } from '../support/pipeline.js';
import { readTopic } from '../support/read-topic.js';
import { createSpace, type Space } from '../support/space.js';
import { waitFor } from '../support/wait-for.js';

const ORDERS = 30;
const GATE = 19;

let space: Space;
let pipeline: Pipeline;
beforeAll(async () => {
  space = await createSpace('fault-publisher');
  await space.topics();
  pipeline = await createPipeline(space);
  await pipeline.json(['seed-stock', '--product', 'tee', '--quantity', '100']);
  await pipeline.json(['seed-prices', '--product', 'tee', '--price', '49.90 EUR']);
}, 60_000);
afterAll(async () => {
  await pipeline.stopAll();
  await space.close();
});

/** Marks wait at the gate, so that the process can be killed between the acknowledgement and the mark. */
async function closeGate(): Promise<{ open: () => Promise<void>; waiting: () => Promise<boolean> }> {
  await space.pool.query(
    `create function wait_at_gate() returns trigger language plpgsql as $$
     begin perform pg_advisory_xact_lock_shared(${GATE}); return new; end $$;
     create trigger gate before update of published_at on order_events
       for each row when (old.published_at is null) execute function wait_at_gate()`,
  );
  const holder = await space.pool.connect();
  await holder.query(`select pg_advisory_lock(${GATE})`);
  const atGate = `from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`;
  return {
    waiting: async () => ((await space.pool.query(`select ${atGate}`)).rowCount ?? 0) > 0,
    async open() {
      // A backend whose client was killed still waits, and would write the mark.
      await space.pool.query(`select pg_terminate_backend(pid) ${atGate}`);
      await holder.query(`select pg_advisory_unlock(${GATE})`);
      holder.release();
      await space.pool.query('drop trigger gate on order_events');
    },
  };
}

it('serve killed between acknowledgement and mark: the event comes twice, and starts one saga', async () => {
  await pipeline.start('serve');
  const gate = await closeGate();
  const accepted = await inParallel(Array.from({ length: ORDERS }), 10, async (_, n) => {
    const userId = `buyer-${n}`;
    const answer = await placeOrder(pipeline, { userId, productId: 'tee', quantity: 1 });
    expect(answer.status).toBe(202);
    return { orderId: answer.body.orderId, userId };
  });
  const reader = await readTopic(
    { prefix: space.prefix, brokers: space.config().kafkaBrokers },
    TOPICS.reservations,
  );
  try {
    const timesOf = (orderId: string) => reader.messages.filter(({ key }) => key === orderId).length;
    await waitFor(() => accepted.every(({ orderId }) => timesOf(orderId) > 0), {
      timeoutMs: 20_000,
      what: 'every event to be acknowledged',
    });
    expect(await gate.waiting()).toBe(true);
    expect((await pipeline.stop('serve', 'SIGKILL')).signal).toBe('SIGKILL');
    await gate.open();
    const { rows } = await space.pool.query<{ marked: number }>(
      'select count(published_at)::integer as marked from order_events',
    );
    expect(rows[0]?.marked, 'no mark got through').toBe(0);

    await Promise.all((['serve', 'consume', 'worker'] as const).map((role) => pipeline.start(role)));
    await waitForRest(space);
    for (const { orderId } of accepted) expect(timesOf(orderId)).toBeGreaterThanOrEqual(2);
    await expectAtRest(pipeline, accepted);
    await expectOneSagaEach(space);
  } finally {
    await reader.close();
  }
}, 120_000);
