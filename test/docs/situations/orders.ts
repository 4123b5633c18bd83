/** Situations in which orders, or the people who wait for them, are the question. */
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { sweepLatePayments } from '../../../src/core/sweeps/sweep-late-payments.js';
import { readAsConsume } from '../../support/read-as-consume.js';
import { quiet } from './stores.js';
import type { GuideStand } from '../guide-stand.js';
import type { Situation } from '../situation.js';

const NOW = { olderThanMs: 0, limit: 100 };

/** An order whose money came after its end, as the provider would report it; `REFERENCE` then names the payment. */
export async function paidTooLate(stand: GuideStand): Promise<void> {
  await stand.product(5);
  const order = await stand.sweeps.expired(await stand.product(5));
  await stand.sweeps.pay(order);
  const [payment] = await findPayments(stand.sweeps.shop.space.pool, order.orderId);
  stand.fill({ ORDER: order.orderId, USER: order.hold.userId, REFERENCE: payment?.gatewayReference ?? '' });
}

export const ORDERS: readonly Situation[] = [
  {
    heading: 'The sale opens in ten minutes',
    steps: [
      {
        command: 'ordersctl context show',
        prints: /none|no context/i,
      },
      {
        command: 'ordersctl sale status',
        before: async (stand) => {
          await stand.product(30);
          await stand.run("ordersctl sale set PRODUCT --opens-at +9m --state CLOSED --reason 'x'", {});
        },
        prints: /^tee-\d+ +closed +CLOSED .* agrees +30 of 30$/m,
      },
      { command: 'ordersctl top --once', prints: /bottleneck: none[^]*attention nothing/ },
      { command: 'ordersctl audit', prints: 'every unit is accounted for' },
      { command: 'ordersctl doctor --for-sale PRODUCT', code: 3, prints: 'NO GO' },
      { command: 'ordersctl dlq list --summary', prints: 'No dead letters match.' },
      { command: 'ordersctl review list', prints: /no order|nothing/i },
      {
        command: "ordersctl sale open --all --reason 'opening time is set'",
        prints: /stay closed|closed/i,
      },
      {
        command: "ordersctl sale set PRODUCT --opens-at +15m --reason 'provider not ready'",
        before: async (stand) => {
          await stand.run("ordersctl sale open PRODUCT --reason 'x'");
        },
        prints: /changed +opens 20/,
        after: async (stand) => {
          await stand.run("ordersctl sale set PRODUCT --opens-at none --reason 'x'");
        },
      },
    ],
  },
  {
    heading: 'Watching the sale',
    steps: [
      {
        command: 'ordersctl top',
        before: async (stand) => {
          const product = await stand.product(3);
          await stand.serve.order(product, 2, { userId: 'ann' });
          await stand.serve.order(product, 2, { userId: 'bob' });
        },
        prints: /^tee-\d+ +3 +1 +2 +0 +0 +1 +66% +- ok$/m,
      },
      { command: 'ordersctl top --once --json', prints: '"schemaVersion":1' },
      {
        command: 'ordersctl list --status PENDING --older-than 60s',
        before: (stand) => stand.grow(),
        prints: /PENDING +tee-\d+ +2 .* ann /,
      },
    ],
  },
  {
    heading: 'Orders stay PENDING',
    steps: [
      {
        command: 'ordersctl list --hop stuck --summary',
        before: async (stand) => {
          await stand.product(10);
          await stand.order('lost');
          await readAsConsume(stand.sweeps.shop.space);
        },
        prints: /not-published/,
      },
      { command: 'ordersctl list --status PENDING --older-than 60s', prints: /PENDING .* lost / },
      {
        command: 'ordersctl replay --older-than 60s --dry-run',
        prints: /^not-published +requeue +2 /m,
      },
      { command: 'ordersctl inspect ORDER', prints: /hop +not-published[^]*ordersctl replay/ },
      {
        command: "ordersctl replay --older-than 60s --reason 'orders were lost between Kafka and Temporal'",
        prints: '2 requeued',
        after: async (stand) => {
          expectSaid(await stand.run('ordersctl inspect ORDER'), /hop +queued/);
          await readAsConsume(stand.sweeps.shop.space);
          expectSaid(await stand.run('ordersctl inspect ORDER'), /hop +not-started/);
        },
      },
      {
        command: "curl -s 'CONSUME:9465/readyz?verbose'",
        before: async (stand) => {
          await stand.order('shot');
          await stand.start('consume');
        },
        prints: '"name":"partitions","ok":true',
      },
      {
        command:
          "curl -s CONSUME:9465/metrics | grep -E '^ordersctl_(consumer_lag|consumer_waiting_partitions)'",
        // The lag is known after the first half minute.
        prints: /waiting_partitions\{.*\} 0/,
        after: async (stand) => {
          await stand.run("ordersctl replay --older-than 60s --reason 'x'");
          await stand.stop('consume');
        },
      },
      {
        command: 'ordersctl replay --older-than 60s --dry-run',
        before: quiet,
        prints: 'Nothing is stuck.',
      },
    ],
  },
  {
    heading: 'A customer paid and has no order',
    steps: [
      {
        command: 'ordersctl inspect REFERENCE',
        before: paidTooLate,
        prints: /EXPIRED[^]*LATE/,
      },
      { command: 'ordersctl list --user USER', prints: 'EXPIRED' },
      {
        command:
          "curl -s SERVE:9464/metrics | grep -E '^ordersctl_payment_callbacks_total|^# TYPE ordersctl_payment_callbacks_total'",
        prints: '# TYPE ordersctl_payment_callbacks_total counter',
        after: async (stand) => {
          await sweepLatePayments(stand.sweeps.deps, NOW);
          expectSaid(
            await stand.run('ordersctl inspect ORDER'),
            /CAPTURED[^]*Confirmed; nothing is left to do\./,
          );
        },
      },
    ],
  },
  {
    heading: 'A customer asks where their order is',
    steps: [
      {
        command: 'ordersctl inspect ORDER',
        before: async (stand) => {
          const order = await stand.sweeps.waiting(await stand.product(4));
          await stand.sweeps.pay(order);
          const [payment] = await findPayments(stand.sweeps.shop.space.pool, order.orderId);
          const REFERENCE = payment?.gatewayReference ?? '';
          stand.fill({ ORDER: order.orderId, USER: order.hold.userId, REFERENCE });
        },
        prints: /status +PAYMENT_PENDING[^]*paid[^]* 1 +CAPTURED/,
      },
      { command: 'ordersctl inspect --user USER', prints: 'PAYMENT_PENDING' },
      { command: 'ordersctl inspect REFERENCE', prints: 'PAYMENT_PENDING' },
      {
        command: "ordersctl cancel ORDER --reason 'customer called'",
        before: async (stand) => {
          const order = await stand.sweeps.waiting(await stand.product(4));
          await beginOrders(stand.sweeps.shop.space.pool, [{ orderId: order.orderId, deadlineMs: 60_000 }]);
          stand.fill({ ORDER: order.orderId });
        },
        prints: '1 cancelled',
      },
    ],
  },
];

function expectSaid({ stdout, stderr }: { stdout: string; stderr: string }, what: RegExp): void {
  if (!what.test(stdout + stderr)) throw new Error(`${what.source} is not in\n${stdout}${stderr}`);
}
