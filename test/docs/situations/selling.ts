/** Situations in which the sale itself, its products or its books are the question. */
import { expect } from 'vitest';
import { productKeys } from '../../../src/core/redis/keys.js';
import { sweepRefunds } from '../../../src/core/sweeps/sweep-refunds.js';
import { createPublisher } from '../../../src/core/kafka/create-publisher.js';
import { GATEWAY } from '../../core/sweeps/sweep-stand.js';
import { buryLetters } from '../../support/buried-letters.js';
import type { GuideStand } from '../guide-stand.js';
import type { Situation } from '../situation.js';
import { quiet } from './stores.js';

async function refusal(stand: GuideStand): Promise<unknown> {
  const { body } = await stand.serve.order(stand.word('PRODUCT'), 1, { userId: 'ann' });
  return body['code'];
}

/** An order that was cancelled when its money had come, which the provider will not give back. */
async function refundRefused(stand: GuideStand): Promise<void> {
  const order = await stand.sweeps.waiting(await stand.product(3));
  await stand.sweeps.pay(order);
  await stand.sweeps.cancelThoughPaid(order);
  await stand.sweeps.finishEndings();
  const { pool, log } = stand.sweeps.shop.space;
  const refunder = {
    name: GATEWAY,
    refund: () => Promise.resolve({ kind: 'refused' as const, code: 'account_closed' }),
  };
  const orderIds = [order.orderId];
  await sweepRefunds({ pool, log, refunder }, { olderThanMs: 0, limit: 10, orderIds });
  stand.fill({ ORDER: order.orderId });
}

async function letters(stand: GuideStand): Promise<void> {
  const { space } = stand.sweeps.shop;
  const publisher = createPublisher(space.config(), space.log);
  await buryLetters(publisher, space.prefix, [
    { reason: 'TOO_MANY_ATTEMPTS', attempts: 5, detail: 'the bug' },
    { reason: 'NOT_JSON', detail: 'Unexpected token' },
  ]);
  await publisher.close();
  const { stdout } = await stand.run('ordersctl dlq list --cause TOO_MANY_ATTEMPTS --json');
  const [first] = JSON.parse(stdout) as { id: string }[];
  stand.fill({ LETTER: first?.id ?? '' });
}

export const SELLING: readonly Situation[] = [
  {
    heading: 'Stop the sale now',
    steps: [
      {
        command: "ordersctl sale pause --all --reason 'wrong price on the page'",
        before: async (stand) => void (await stand.product(3)),
        prints: 'paused',
        after: async (stand) => expect(await refusal(stand)).toBe('SALE_PAUSED'),
      },
      { command: 'ordersctl sale status', prints: /^tee-\d+ +paused +PAUSED .* agrees /m },
      {
        command: "ordersctl sale open --all --reason 'page is corrected'",
        prints: 'sells now',
        after: async (stand) => expect(await refusal(stand)).toBe(undefined),
      },
      {
        command: "ordersctl sale close PRODUCT --reason 'over'",
        prints: 'closed',
        after: async (stand) => expect(await refusal(stand)).toBe('SALE_CLOSED'),
      },
    ],
  },
  {
    heading: 'One product must go',
    steps: [
      {
        command: "ordersctl sale pause PRODUCT --reason 'wrong price'",
        before: async (stand) => {
          await stand.product(9);
          await stand.order('early');
        },
        prints: 'paused',
      },
      { command: 'ordersctl list --product PRODUCT', prints: /PENDING .* 49\.90 EUR +early/ },
      {
        command: "ordersctl seed-prices --product PRODUCT --price '59.90 EUR' --reason 'price corrected'",
        prints: /49\.90 EUR +59\.90 EUR +changed +paused/,
      },
      { command: "ordersctl sale open PRODUCT --reason 'price corrected'", prints: 'sells now' },
      {
        command:
          "ordersctl seed-stock --product PRODUCT --remove 5 --operation-id damaged-box-1 --reason 'five were damaged'",
        prints: /9 +4 +1 +changed/,
      },
    ],
  },
  {
    heading: 'Units do not add up',
    steps: [
      {
        command: 'ordersctl audit --product PRODUCT',
        before: async (stand) => {
          const product = await stand.product(8);
          const { redis, prefix } = stand.sweeps.shop.space;
          await redis.decrby(productKeys(prefix, product).stock, 3);
        },
        code: 3,
        prints: /-3 +Redis and Postgres disagree/,
      },
      { command: 'ordersctl audit --product PRODUCT --repair --dry-run', prints: /rebuild|repair/i },
      {
        command: "ordersctl audit --product PRODUCT --repair --reason 'counter was changed by hand'",
        prints: /repaired|rebuilt/i,
        instead: async (stand) => void (await stand.run("ordersctl restore PRODUCT --reason 'x'")),
      },
      {
        command: 'ordersctl audit --product PRODUCT',
        prints: 'every unit is accounted for',
      },
    ],
  },
  {
    heading: 'The dead letter topic is filling',
    steps: [
      {
        command: 'ordersctl dlq list --summary',
        before: letters,
        prints: /^TOO_MANY_ATTEMPTS +1 /m,
      },
      { command: 'ordersctl dlq list', prints: 'the bug' },
      { command: 'ordersctl dlq show LETTER', prints: /cause +TOO_MANY_ATTEMPTS/ },
      {
        command: 'ordersctl dlq replay --cause TOO_MANY_ATTEMPTS --dry-run',
        prints: /TOO_MANY_ATTEMPTS +replay/,
      },
      {
        command: "ordersctl dlq replay --cause TOO_MANY_ATTEMPTS --reason 'bug is fixed'",
        prints: '1 replayed',
      },
      {
        command: "ordersctl dlq drop --cause NOT_JSON --reason 'sent by a test'",
        prints: '1 dropped',
        after: async (stand) =>
          expect((await stand.run('ordersctl dlq list')).stderr).toContain('No dead letters match.'),
      },
    ],
  },
  {
    heading: 'Call the sale off',
    steps: [
      {
        command: "ordersctl sale close PRODUCT --reason 'called off'",
        before: async (stand) => {
          const { sweeps } = stand;
          const product = await stand.product(10);
          await stand.order('ann');
          await sweeps.pay(await sweeps.waiting(product));
          await sweeps.shop.confirm(await sweeps.shop.place(product));
        },
        prints: 'closed',
      },
      { command: 'ordersctl cancel --product PRODUCT --even-if-paid --dry-run', prints: /refund/ },
      {
        command: "ordersctl cancel --product PRODUCT --even-if-paid --reason 'called off'",
        prints: /2 cancelled/,
      },
      { command: 'ordersctl refund --product PRODUCT --restock --dry-run', prints: /CONFIRMED/ },
      {
        command: "ordersctl refund --product PRODUCT --restock --reason 'called off'",
        prints: /refund/,
      },
      { command: 'ordersctl review list', prints: /no order|nothing/i },
      {
        command: 'ordersctl list --product PRODUCT --status PENDING,PAYMENT_PENDING,PAYMENT_CONFIRMED',
        shows: "ordersctl cancel --product PRODUCT --even-if-paid --reason 'called off'",
        prints: /no orders/i,
      },
      {
        command: 'ordersctl audit --product PRODUCT',
        before: (stand) => stand.sweeps.finishEndings(),
        prints: 'every unit is accounted for',
      },
    ],
  },
  {
    heading: 'Decide what a person must decide',
    steps: [
      { command: 'ordersctl review list', before: refundRefused, prints: 'account_closed' },
      { command: 'ordersctl inspect ORDER', prints: /CANCELLED/ },
      {
        command:
          "ordersctl review resolve ORDER --as refunded-by-hand --reference 'transfer 4711' --reason 'card is closed'",
        prints: /1 resolved/,
        after: async (stand) => {
          expect((await stand.run('ordersctl review list')).stdout).not.toContain(stand.word('ORDER'));
        },
      },
    ],
  },
  {
    heading: 'Deploy or roll back in mid-sale',
    steps: [
      { command: 'ordersctl version', prints: /ordersctl +\d+\.\d+\.\d+|^\d+\.\d+\.\d+/ },
      { command: 'ordersctl migrate', prints: /^tables +nothing to do|^tables/m },
      { command: 'ordersctl top --once', prints: 'bottleneck:' },
      {
        command: "curl -s WORKER:9466/metrics | grep '^ordersctl_build_info'",
        prints: /ordersctl_build_info\{version="\d+\.\d+\.\d+"/,
      },
      {
        command: 'ordersctl replay --older-than 60s --dry-run',
        before: quiet,
        prints: 'Nothing is stuck.',
      },
    ],
  },
  {
    heading: 'More stock arrives in mid-sale',
    steps: [
      {
        command:
          "ordersctl seed-stock --product PRODUCT --add 50 --operation-id delivery-2 --reason 'second delivery'",
        before: async (stand) => {
          await stand.product(4);
          await stand.order('early');
        },
        prints: /4 +54 +1 +changed +sells now/,
      },
      { command: 'ordersctl sale status PRODUCT', prints: /agrees +53 of 54/ },
    ],
  },
  {
    heading: 'Scale a role up',
    steps: [
      { command: 'ordersctl top --once', prints: 'bottleneck:' },
      { command: 'curl -s SERVE:9464/readyz', prints: /^ready$/m },
    ],
  },
  {
    heading: 'After the sale',
    steps: [
      {
        command: "ordersctl sale close --all --reason 'sale is over'",
        prints: 'closed',
        after: async (stand) => expect(await refusal(stand)).toBe('SALE_CLOSED'),
      },
      {
        command: 'ordersctl list --status PENDING,PAYMENT_PENDING,PAYMENT_CONFIRMED',
        prints: 'PENDING',
      },
      { command: 'ordersctl audit', prints: 'every unit is accounted for' },
      { command: 'ordersctl dlq list --summary', prints: 'No dead letters match.' },
      { command: 'ordersctl review list', prints: /no order|nothing/i },
      { command: 'ordersctl report --product PRODUCT', prints: /oversold/i },
      { command: 'ordersctl report --product PRODUCT --html report.html', prints: 'report.html' },
    ],
  },
  {
    heading: 'Who did what',
    steps: [
      {
        command: 'ordersctl inspect ORDER',
        before: async (stand) => {
          await stand.product(2);
          await stand.order('eve');
          await stand.run("ordersctl cancel ORDER --reason 'eve asked for it'");
        },
        prints: 'eve asked for it',
      },
      { command: 'ordersctl report --product PRODUCT', prints: 'eve asked for it' },
    ],
  },
];
