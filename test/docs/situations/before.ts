/** The steps that lead from an empty system to one that waits for its opening time. */
import { expect } from 'vitest';
import type { Situation } from '../situation.js';

const PLACE =
  'databaseUrlFile=shop.url redisUrl=redis://redis.shop:6379/0 kafkaBrokers=kafka.shop:9092 temporalAddress=temporal.shop:7233';

export const BEFORE: readonly Situation[] = [
  {
    heading: 'Settings, and where they come from',
    steps: [
      { command: 'ordersctl help environment', prints: 'ORDERSCTL_PAYMENTS' },
      { command: 'ordersctl config show --origin', prints: /ORDERSCTL_PAYMENTS +simulated +environment/ },
    ],
  },
  {
    heading: 'Contexts and the production mark',
    steps: [
      { command: 'ordersctl help contexts', prints: '--confirm NAME' },
      { command: `ordersctl context set shop ${PLACE} production=true`, prints: 'shop' },
      { command: `ordersctl context set shop-look ${PLACE} readOnly=true`, prints: 'shop-look' },
      { command: 'ordersctl context list', prints: /shop-look[^]*/ },
      { command: 'ordersctl context use shop-look', prints: 'shop-look' },
      { command: 'ordersctl context show', prints: 'shop-look' },
    ],
  },
  { heading: 'Tables and topics', steps: [{ command: 'ordersctl migrate', prints: /^namespace +default/m }] },
  {
    heading: 'Stock and prices, closed',
    steps: [
      {
        command: 'ordersctl seed-stock stock.csv --closed --dry-run',
        prints: /winter-tee +- +40 +0 +created[^]*dry run: nothing was changed/,
      },
      {
        command: "ordersctl seed-stock stock.csv --closed --reason 'winter sale'",
        prints: /winter-tee +- +40 +0 +created +closed/,
      },
      {
        command: "ordersctl seed-prices prices.csv --reason 'winter sale'",
        prints: /winter-tee +- +49\.90 EUR +created +closed/,
      },
    ],
  },
  {
    heading: 'Window and limits, then open',
    steps: [
      {
        command:
          "ordersctl sale set PRODUCT --opens-at 2030-11-29T09:00:00+01:00 --closes-at 2030-11-29T10:00:00+01:00 --max-per-order 2 --max-per-customer 4 --reason 'winter sale'",
        before: (stand) => Promise.resolve(stand.fill({ PRODUCT: 'winter-tee' })),
        prints: /CLOSED +CLOSED +2030-11-29T08:00:00\.000Z/,
      },
      {
        command: "ordersctl sale open PRODUCT --reason 'winter sale'",
        prints: 'opens 2030-11-29T08:00:00.000Z',
      },
      {
        command: 'ordersctl sale status',
        prints: /^winter-tee +opens 2030\S+ +OPEN .* agrees +40 of 40$/m,
        after: async (stand) => {
          const { status, body, headers } = await stand.serve.order('winter-tee', 1);
          expect([status, body['code']]).toEqual([409, 'NOT_OPEN_YET']);
          expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
        },
      },
    ],
  },
  {
    heading: 'The go-live list',
    steps: [
      { command: 'ordersctl doctor', code: 3, prints: /worker/ },
      { command: 'ordersctl doctor --for-sale PRODUCT', code: 3, prints: 'GO' },
    ],
  },
  {
    heading: 'One purchase, by hand',
    steps: [
      {
        command: "ordersctl seed-stock --product rehearsal --quantity 5 --reason 'rehearsal'",
        prints: /rehearsal +- +5 +0 +created/,
      },
      {
        command: "ordersctl seed-prices --product rehearsal --price '1.00 EUR' --reason 'rehearsal'",
        prints: 'sells now',
      },
      {
        command: `curl -s SHOP/orders -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{"productId":"rehearsal","quantity":1}'`,
        prints: /"status":"PENDING".*"amountMinor":100/,
      },
      { command: 'ordersctl list --product rehearsal', prints: /PENDING +rehearsal +1 +1\.00 EUR +ann/ },
      { command: "ordersctl sale close rehearsal --reason 'rehearsal is over'", prints: 'closed' },
    ],
  },
];
