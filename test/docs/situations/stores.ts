/** Situations in which a store, or the payment provider, is away or has lost something. */
import { rmSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { startSaga } from '../../../src/core/temporal/start-saga.js';
import { sweepAbandonedHolds } from '../../../src/core/sweeps/sweep-holds.js';
import { waitFor } from '../../support/wait-for.js';
import { NOWHERE, type GuideStand } from '../guide-stand.js';
import type { Situation } from '../situation.js';

const NO_KAFKA = { KAFKA_BROKERS: NOWHERE };

/** One request of a buyer. @returns the code of the refusal, or `accepted` */
async function buy(stand: GuideStand, productId: string): Promise<string> {
  const { status, body } = await stand.serve.order(productId, 1, { userId: 'ann' });
  return status === 202 ? 'accepted' : String(body['code']);
}

async function buyUntil(stand: GuideStand, productId: string, answer: string): Promise<void> {
  await waitFor(async () => (await buy(stand, productId)) === answer, {
    what: `${answer} for ${productId}`,
    timeoutMs: 20_000,
  });
}

/** Ends every order of the situations before, and gives back what their buyers left, so that nothing is found. */
export async function quiet({ sweeps }: GuideStand): Promise<void> {
  const { pool } = sweeps.shop.space;
  const { rows } = await pool.query<{ order_id: string }>(
    `select order_id from orders
     where status in ('PENDING', 'INVENTORY_RESERVED', 'PAYMENT_PENDING', 'PAYMENT_CONFIRMED')`,
  );
  const ending = { status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR', evenIfPaid: true } as const;
  await endOrders(
    pool,
    rows.map((row) => ({ orderId: row.order_id, ...ending })),
  );
  await sweeps.finishEndings();
  await sweepAbandonedHolds(sweeps.deps, { olderThanMs: 0, limit: 1_000 });
}

export const STORES: readonly Situation[] = [
  {
    heading: 'Redis lost its data',
    steps: [
      {
        command: 'ordersctl restore --all --dry-run',
        before: async (stand) => {
          await stand.order((await stand.product(6)) && 'ann');
          await stand.sweeps.shop.loseRedis();
        },
        prints: /^tee-\d+ +not-loaded +rebuild$/m,
      },
      { command: "ordersctl restore --all --reason 'Redis lost its data'", prints: /^\d+ rebuilt$/m },
      { command: 'ordersctl sale status', prints: /agrees +5 of 6$/m },
      {
        command: 'ordersctl audit',
        prints: 'every unit is accounted for',
        after: async (stand) => {
          const product = await stand.product(2);
          await stand.sweeps.shop.loseRedis();
          expect(await buy(stand, product)).toBe('REBUILDING');
          await buyUntil(stand, product, 'accepted');
          await stand.run('ordersctl restore --all --yes');
        },
      },
    ],
  },
  {
    heading: 'Redis is down',
    steps: [
      {
        command: 'ordersctl top --once',
        before: async (stand) => {
          const product = await stand.product(2);
          stand.ways.redis.cut();
          await buyUntil(stand, product, 'UNAVAILABLE');
        },
        code: 5,
        prints: /! redis away for .*[^]*redis - AWAY/,
      },
      {
        command: "curl -s 'SERVE:9464/readyz?verbose'",
        prints: /"ready":true.*"name":"redis","ok":false/,
        after: async (stand) => {
          const pause = await stand.run("ordersctl sale pause PRODUCT --reason 'x'");
          expect(pause.code).toBe(5);
          expect(pause.stderr).toContain('Run the same command again');
          stand.ways.redis.resume();
          await stand.run("ordersctl sale pause PRODUCT --reason 'x'");
        },
      },
      { command: 'ordersctl audit', prints: 'every unit is accounted for' },
    ],
  },
  {
    heading: 'PostgreSQL is down',
    steps: [
      {
        command: 'ordersctl top --once',
        before: async (stand) => {
          // Buyers whose request was under way leave their unit held.
          const product = await stand.product(1_000);
          await stand.order();
          stand.ways.postgres.cut();
          await buyUntil(stand, product, 'UNAVAILABLE');
        },
        code: 5,
        prints: /! postgres away for .*[^]*postgres - AWAY/,
      },
      {
        command: 'ordersctl inspect ORDER',
        code: 5,
        prints: 'PostgreSQL cannot be asked',
      },
      {
        command: 'ordersctl top --once',
        before: async (stand) => {
          stand.ways.postgres.resume();
          await buyUntil(stand, stand.word('PRODUCT'), 'accepted');
        },
        prints: /postgres 0s · redis 0s/,
      },
      {
        command: 'ordersctl audit',
        prints: 'every unit is accounted for',
      },
      {
        command: 'ordersctl replay --older-than 60s --dry-run',
        before: quiet,
        prints: 'Nothing is stuck.',
      },
    ],
  },
  {
    heading: 'Kafka is down',
    steps: [
      {
        command: 'ordersctl top --once',
        before: async (stand) => {
          expect(await buy(stand, await stand.product(2))).toBe('accepted');
        },
        env: NO_KAFKA,
        code: 5,
        prints: /! kafka away for .*[^]*kafka - AWAY/,
      },
      {
        command: "curl -s SERVE:9464/metrics | grep -E '^ordersctl_outbox_(depth|oldest_age_seconds)'",
        prints: /outbox_depth\{.*\} [1-9]/,
      },
    ],
  },
  {
    heading: 'Temporal is down',
    steps: [
      {
        command: 'ordersctl top --once',
        before: async (stand) => {
          await stand.start('consume');
          stand.ways.temporal.cut();
        },
        code: 5,
        prints: /! temporal away for .*[^]*temporal - AWAY/,
      },
      {
        command: "curl -s 'CONSUME:9465/readyz?verbose'",
        prints: '"name":"temporal","ok":false',
      },
      {
        command: 'ordersctl sweep overdue-orders unfinished-endings late-payments --dry-run',
        before: async (stand) => {
          const { orderId } = await stand.sweeps.waiting(await stand.product(2));
          await stand.sweeps.shop.space.pool.query(
            `update orders set pay_by = now() - interval '1 hour' where order_id = $1`,
            [orderId],
          );
        },
        prints: /^overdue-orders +1 /m,
      },
      {
        command:
          "ordersctl sweep overdue-orders unfinished-endings late-payments --reason 'Temporal is down'",
        prints: 'mended overdue-orders: 1 of 1',
        after: async (stand) => {
          expect((await stand.run('ordersctl audit --product PRODUCT')).code).toBe(0);
        },
      },
      {
        command: 'ordersctl top --once',
        before: async (stand) => {
          stand.ways.temporal.resume();
          await waitFor(async () => (await stand.run('ordersctl top --once')).code === 0, {
            timeoutMs: 20_000,
            what: 'Temporal to be back',
          });
        },
        prints: 'temporal 0s',
        after: (stand) => stand.stop('consume'),
      },
      {
        command: 'ordersctl replay --older-than 60s --dry-run',
        before: quiet,
        prints: 'Nothing is stuck.',
      },
    ],
  },
  {
    heading: 'The payment provider is away',
    steps: [
      {
        command: 'ordersctl list --status PAYMENT_PENDING --older-than 2m',
        before: async (stand) => {
          writeFileSync(stand.outageFile, '');
          await stand.product(3);
          const { orderId } = await stand.order('waits');
          const { prefix } = stand.sweeps.shop.space;
          await startSaga(stand.temporal.client, prefix, orderId, { orderId, deadlineMs: 60_000 });
          await stand.start('worker', { kafkaBrokers: NOWHERE });
          await waitFor(async () => (await stand.run('ordersctl inspect ORDER')).stdout.includes('attempt'), {
            what: 'the worker to ask for the payment',
          });
        },
        prints: /PAYMENT_PENDING .* waits /,
      },
      {
        command: 'ordersctl inspect ORDER',
        prints: /requestPayment is \D*attempt \d+: [^]*waiting-for-payment/,
      },
      {
        command: "curl -s WORKER:9466/metrics | grep -E '^ordersctl_gateway_calls_total'",
        prints: /gateway_calls_total\{call="payment",result="unknown",role="worker"\} [1-9]/,
      },
      {
        command: "ordersctl sale pause --all --reason 'payment provider is away'",
        prints: /paused/,
        after: async (stand) => {
          expect(await buy(stand, stand.word('PRODUCT'))).toBe('SALE_PAUSED');
          rmSync(stand.outageFile);
          await waitFor(
            async () => (await stand.run('ordersctl inspect ORDER')).stdout.includes('Confirmed'),
            { what: 'the payment to be taken', timeoutMs: 20_000 },
          );
        },
      },
      { command: "ordersctl sale open --all --reason 'payment provider is back'", prints: 'sells now' },
      { command: 'ordersctl review list', prints: /no order|nothing/i },
    ],
  },
];
