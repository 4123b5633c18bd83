/**
 * Every hop is broken on purpose, with real servers and real roles: inspect names it, list finds it, the command that
 * inspect prints mends it, and the books are clean afterwards.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProduct } from '../../src/core/catalog/load-product.js';
import { ROLES, type Role } from '../../src/core/names.js';
import { acceptOrders } from '../../src/core/postgres/accept-orders.js';
import { endOrders } from '../../src/core/postgres/end-orders.js';
import { findOrder } from '../../src/core/postgres/find-order.js';
import { flagForReview } from '../../src/core/postgres/flag-for-review.js';
import { recordCaptures } from '../../src/core/postgres/record-capture.js';
import { requestPayments } from '../../src/core/postgres/request-payments.js';
import { productKeys } from '../../src/core/redis/keys.js';
import { createReserve } from '../../src/core/redis/reserve.js';
import { createTemporalClient } from '../../src/core/temporal/create-temporal-client.js';
import type { Hop } from '../../src/core/triage/hops.js';
import { runCommand, runJson } from '../cli/run-command.js';
import { createPipeline, type Pipeline } from '../support/pipeline.js';
import { readAsConsume } from '../support/read-as-consume.js';
import { createSpace, type Space } from '../support/space.js';
import { terminateSagas } from '../support/terminate-sagas.js';
import { waitFor } from '../support/wait-for.js';

interface Inspected {
  readonly order: { readonly status: string };
  readonly diagnosis: Finding & { readonly further: readonly Finding[] };
}
interface Finding {
  readonly hop: Hop;
  readonly command: string | null;
}

const PRODUCT = 'tee';
/** Orders wait for their customer, so that each can be broken where it stands; sweeps come at once. */
const SETTINGS = { ORDERSCTL_SIMULATED_MANUAL_CAPTURE: 'true', ORDERSCTL_SWEEP_INTERVAL: '1s' };
const LONG = 60_000;

describe('an order that hangs', { timeout: 120_000 }, () => {
  let space: Space;
  let pipeline: Pipeline;
  let temporal: Awaited<ReturnType<typeof createTemporalClient>>;
  const accepted: string[] = [];
  const running = new Set<Role>();

  beforeAll(async () => {
    space = await createSpace('flow-broken-hops');
    await space.topics();
    pipeline = await createPipeline(space, SETTINGS);
    temporal = await createTemporalClient(space.config());
    const env = space.environment;
    await runJson(['seed-prices', '--product', PRODUCT, '--price', '49.90 EUR'], { env });
    await runJson(['seed-stock', '--product', PRODUCT, '--quantity', '100'], { env });
    await loadProduct({ pool: space.pool, redis: space.redis, prefix: space.prefix }, PRODUCT);
  });
  afterAll(async () => {
    await pipeline.stopAll();
    await terminateSagas(temporal.client, accepted);
    await temporal.close();
    await space.close();
  });

  /** As serve leaves it when its relay does not come to it. */
  async function order(): Promise<string> {
    const wish = {
      reservationId: randomUUID(),
      productId: PRODUCT,
      userId: `u-${randomUUID()}`,
      quantity: 1,
    };
    const reserved = await createReserve(space.redis, space.prefix)({ ...wish, bodyHash: 'hash' });
    if (reserved.kind !== 'reserved') throw new Error(`not reserved: ${reserved.kind}`);
    const outcome = (await acceptOrders(space.pool, [reserved.hold])).get(wish.reservationId);
    if (outcome?.kind !== 'new') throw new Error(`not accepted: ${outcome?.kind}`);
    accepted.push(outcome.order.orderId);
    return outcome.order.orderId;
  }

  const inspect = (orderId: string) => runJson<Inspected>(['inspect', orderId], { env: space.environment });

  /** What inspect and list say of it; that they agree. @returns the command that mends it */
  async function expectHop(orderId: string, hop: Hop): Promise<string> {
    const { diagnosis } = await inspect(orderId);
    const found = [diagnosis, ...diagnosis.further].find((one) => one.hop === hop);
    expect([diagnosis, ...diagnosis.further].map((one) => one.hop)).toContain(hop);
    // The list of workflows of Temporal follows with a delay of its own.
    await waitFor(
      async () => {
        const listed = await runJson<{ orderId: string }[]>(['list', '--hop', hop], {
          env: space.environment,
        });
        return listed.some((row) => row.orderId === orderId);
      },
      { what: `list --hop ${hop} to find the order` },
    );
    if (!found?.command) throw new Error(`no command mends ${hop}`);
    return found.command;
  }

  /** Literally: a role is started unless it runs, any other command answers its question with yes. */
  async function obey(command: string): Promise<void> {
    const [binary, ...words] = command.split(' ');
    expect(binary).toBe('ordersctl');
    const role = ROLES.find((one) => words.length === 1 && one === words[0]);
    if (role) {
      if (!running.has(role)) await pipeline.start(role);
      running.add(role);
      return;
    }
    const { code, stderr } = await runCommand(words, {
      env: space.environment,
      terminal: true,
      input: 'y\n',
    });
    expect(stderr).not.toContain('error:');
    expect(code).toBe(0);
  }
  async function stop(role: Role): Promise<void> {
    await pipeline.stop(role);
    running.delete(role);
  }

  const waitForHop = (orderId: string, hop: Hop) =>
    waitFor(async () => (await inspect(orderId)).diagnosis.hop === hop, {
      timeoutMs: LONG,
      intervalMs: 200,
      what: `${orderId} to be ${hop}`,
    });
  /** Nobody has touched it for longer than any grace. */
  const forget = async (orderId: string) => {
    await space.pool.query(
      `update payments set updated_at = now_ms() - interval '5 min' where order_id = $1`,
      [orderId],
    );
    await space.pool.query(`update orders set updated_at = now_ms() - interval '5 min' where order_id = $1`, [
      orderId,
    ]);
  };

  it('before its saga: not published, queued, lost at its start, terminated, not begun', async () => {
    const unsent = await order();
    await obey(await expectHop(unsent, 'not-published'));
    await readAsConsume(space);
    const toStart = await expectHop(unsent, 'not-started');
    await obey(toStart);
    const toConsume = await expectHop(unsent, 'queued');
    await obey(toConsume);
    await waitForHop(unsent, 'in-progress');

    await terminateSagas(temporal.client, [unsent]);
    await obey(await expectHop(unsent, 'workflow-gone'));
    await waitForHop(unsent, 'in-progress');

    await forget(unsent);
    await obey(await expectHop(unsent, 'not-begun'));
    await waitForHop(unsent, 'waiting-for-payment');
  });

  describe('while its saga waits', () => {
    let waiting: string[] = [];
    const next = () => waiting.pop() ?? '';

    beforeAll(async () => {
      waiting = await Promise.all(Array.from({ length: 10 }, order));
      await Promise.all(['consume', 'worker'].map((role) => obey(`ordersctl ${role}`)));
      await runCommand(['replay', ...waiting, '--yes'], { env: space.environment });
      await waitFor(
        async () => {
          const { rows } = await space.pool.query(
            `select 1 from payments where order_id = any($1) and status = 'REQUIRES_ACTION'`,
            [waiting],
          );
          return rows.length === waiting.length;
        },
        { timeoutMs: LONG, what: 'the orders to wait for their customers' },
      );
      // Whoever would mend it must be missing.
      await stop('consume');
      await stop('worker');
    }, 120_000);

    it('and its hold was taken out of Redis by hand', async () => {
      const orderId = next();
      const found = await findOrder(space.pool, orderId);
      await space.redis.hdel(productKeys(space.prefix, PRODUCT).holds, found?.reservationId ?? '');
      await obey(await expectHop(orderId, 'hold-missing'));
      expect((await inspect(orderId)).diagnosis.hop).toBe('waiting-for-payment');
    });

    it('and the counter of its product was changed by hand', async () => {
      const orderId = next();
      await space.redis.incrby(productKeys(space.prefix, PRODUCT).stock, 7);
      await obey(await expectHop(orderId, 'counter-off'));
      expect((await inspect(orderId)).diagnosis.further).toEqual([]);
    });

    it('and its workflow was deleted', async () => {
      const orderId = next();
      const { client } = temporal;
      await client.workflowService.deleteWorkflowExecution({
        namespace: client.options.namespace,
        workflowExecution: { workflowId: `order-${orderId}` },
      });
      await waitForHop(orderId, 'workflow-gone');
      await obey(await expectHop(orderId, 'workflow-gone'));
      await waitForHop(orderId, 'waiting-for-payment');
    });

    it('and a person was asked', async () => {
      const orderId = next();
      await flagForReview(space.pool, orderId, 'two customers claim it');
      expect(await expectHop(orderId, 'needs-review')).toBe('ordersctl review');
      await flagForReview(space.pool, orderId, null);
    });

    it('and its payment was lost in any way, or it ended half: the printed commands mend them all', async () => {
      const capture = (orderId: string) =>
        recordCaptures(space.pool, [
          {
            orderId,
            attempt: 1,
            gateway: 'simulated',
            gatewayReference: orderId,
            amountMinor: 4_990,
            currency: 'EUR',
          },
        ]);
      const broken: [string, Hop, string][] = [];

      const unheard = next();
      await capture(unheard);
      await forget(unheard);
      broken.push([unheard, 'paid-not-confirmed', 'CONFIRMED']);

      const unasked = next();
      await requestPayments(space.pool, [unasked]);
      await forget(unasked);
      broken.push([unasked, 'payment-unasked', 'CONFIRMED']);

      const overdue = next();
      await space.pool.query(`update orders set pay_by = now() - interval '5 min' where order_id = $1`, [
        overdue,
      ]);
      broken.push([overdue, 'overdue', 'EXPIRED']);

      const half = next();
      await endOrders(space.pool, [
        { orderId: half, status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR' },
      ]);
      await forget(half);
      broken.push([half, 'hold-not-released', 'CANCELLED']);

      const owed = next();
      await capture(owed);
      await runCommand(['cancel', owed, '--even-if-paid'], { env: space.environment });
      broken.push([owed, 'refund-due', 'CANCELLED']);

      const late = next();
      await endOrders(space.pool, [{ orderId: late, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' }]);
      await capture(late);
      broken.push([late, 'payment-late', 'CONFIRMED']);

      const commands = new Set<string>();
      for (const [orderId, hop] of broken) commands.add(await expectHop(orderId, hop));
      expect([...commands].sort()).toEqual([`ordersctl replay ${overdue}`, 'ordersctl worker']);
      for (const command of commands) await obey(command);
      for (const [orderId, , status] of broken) {
        await waitForHop(orderId, 'done');
        expect((await inspect(orderId)).order.status).toBe(status);
      }
    });

    it('leaves clean books', async () => {
      expect(
        await runJson(['list', '--hop', 'stuck', '--older-than', '0s'], { env: space.environment }),
      ).toEqual([]);
      expect(await runJson(['audit'], { env: space.environment })).toMatchObject({ ok: true });
    });
  });
});
