import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSilentLog } from '../../src/core/log.js';
import { createPool, type Pool } from '../../src/core/postgres/create-pool.js';
import { startStack, type Stack } from '../../src/dev/start-stack.js';
import { expectAtRest, expectOneSagaEach, waitForRest } from '../support/at-rest.js';
import { createPipeline, placeOrder, type Pipeline } from '../support/pipeline.js';
import { waitFor } from '../support/wait-for.js';

const ROLES = ['serve', 'consume', 'worker'] as const;
const OUTAGE_MS = 20_000;
/** Slow enough that the sale outlasts the outage, fast enough that a backlog builds. */
const ORDERS_AT_ONCE = 4;

describe('a server that stops answering for 20 s in mid-sale', { timeout: 240_000 }, () => {
  let folder: string;
  let stack: Stack;
  let pool: Pool;
  let pipeline: Pipeline;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ordersctl-outage-'));
    stack = await startStack({ folder, env: process.env, ports: 'auto', ephemeral: true });
    pool = createPool(
      { url: stack.env['DATABASE_URL'] ?? '', applicationName: 'ordersctl-test', max: 2 },
      createSilentLog(),
    );
    pipeline = await createPipeline({
      environment: { ...stack.env, ORDERSCTL_HOST: '127.0.0.1', LOG_LEVEL: 'warn' },
    });
    await pipeline.json(['seed-prices', '--product', 'tee', '--price', '49.90 EUR']);
    await pipeline.json(['seed-stock', '--product', 'tee', '--quantity', '100000']);
    await Promise.all(ROLES.map((role) => pipeline.start(role)));
  });
  afterAll(async () => {
    await pipeline.stopAll();
    await pool.end();
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Buys without pause until `done`, a handful at once; every answer must be a 202. */
  async function sellUntil(
    name: string,
    done: () => boolean,
  ): Promise<{ orderId: string; userId: string }[]> {
    const accepted: { orderId: string; userId: string }[] = [];
    await Promise.all(
      Array.from({ length: ORDERS_AT_ONCE }, async (_, seller) => {
        for (let n = 0; !done(); n += 1) {
          const userId = `${name}-${seller}-${n}`;
          const answer = await placeOrder(pipeline, { userId, productId: 'tee', quantity: 1 });
          expect(answer.status).toBe(202);
          accepted.push({ orderId: answer.body.orderId, userId });
          // A measured trickle: the point is the outage, not the load.
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }),
    );
    return accepted;
  }

  it.each(['kafka', 'temporal'] as const)(
    '%s: orders go on being accepted, and all of them end',
    async (name) => {
      const pid = stack.state.services.find((service) => service.name === name)?.pid;
      if (!pid) throw new Error(`${name} has no process of its own`);
      // In mid-sale: orders have gone all the way before the server stops.
      await placeOrder(pipeline, { userId: `first-${name}`, productId: 'tee', quantity: 1 });
      await waitForRest({ pool });
      const startedAt = Date.now();
      process.kill(pid, 'SIGSTOP');
      let accepted: { orderId: string; userId: string }[];
      try {
        accepted = await sellUntil(name, () => Date.now() - startedAt > OUTAGE_MS);
        const { rows } = await pool.query<{ pending: number }>(
          `select count(*)::int as pending from orders where status = 'PENDING'`,
        );
        // The fault fired: what was sold while the server stood still could not go on.
        expect(rows[0]?.pending).toBeGreaterThan(accepted.length / 2);
      } finally {
        process.kill(pid, 'SIGCONT');
      }
      await waitFor(async () => (await pipeline.run(['top', '--once', '--json'])).code === 0, {
        timeoutMs: 60_000,
        what: `${name} to answer again`,
      });
      await waitForRest({ pool }, 120_000);
      await expectAtRest(pipeline, accepted);
      await expectOneSagaEach({ pool });
    },
  );
});
