import { describe, expect, it } from 'vitest';
import { judge, oversoldUnits } from '../../../src/bench/rehearse/judge.js';
import { makeReport, type Facts } from '../../../src/bench/rehearse/make-report.js';
import { orderOf, quietSale, tallyOf, tricksOf } from './quiet-sale.js';

const failedChecks = (more: Partial<Facts>) =>
  judge(quietSale(more))
    .filter((check) => !check.ok)
    .map((check) => check.name);
const orders = quietSale().orders;
const audit = quietSale().audit;
const [product] = audit.products;
if (!product) throw new Error('the sale has one product');

describe('the verdict', () => {
  it('is passed when every observation agrees', () => {
    expect(makeReport(quietSale())).toMatchObject({ verdict: 'passed', oversold: 0 });
  });

  it('is failed when one check is', () => {
    expect(makeReport(quietSale({ crashes: ['worker ended with exit code 1'] })).verdict).toBe('failed');
  });

  it('counts what was confirmed beyond the units there were', () => {
    const sold = [orderOf('o1', 'buyer-1', 'CONFIRMED', 3), orderOf('o2', 'buyer-2', 'CONFIRMED', 3)];
    expect(oversoldUnits(quietSale({ orders: sold }))).toBe(2);
  });

  it.each<[string, Partial<Facts>]>([
    [
      'no unit was sold twice',
      {
        orders: [...orders, orderOf('o4', 'buyer-4', 'CONFIRMED', 2)],
        tally: tallyOf({ unaware: new Set(['buyer-4']) }),
      },
    ],
    ['every buyer came to an end', { tally: tallyOf({ buyers: 5 }) }],
    ['every 202 was readable at once', { tally: tallyOf({ unreadable: ['o2'] }) }],
    ['every 202 is an order of that buyer', { orders: [orders[0], orders[2]].flatMap((one) => one ?? []) }],
    [
      'every 202 is an order of that buyer',
      { orders: orders.map((one) => (one.orderId === 'o2' ? { ...one, userId: 'buyer-9' } : one)) },
    ],
    [
      'no order but those that were answered with 202, or whose answer was lost',
      { orders: [...orders, orderOf('o4', 'buyer-4', 'CONFIRMED')] },
    ],
    ['the same key gave the same order', { tally: tallyOf({ repeats: { same: 1, different: 1 } }) }],
    [
      'buyers were refused only because all was sold, or asked to come again',
      { tally: tallyOf({ refused: { SOLD_OUT: 2, INTERNAL: 1 } }) },
    ],
    [
      'every order came to its end',
      {
        orders: orders.map((one) =>
          one.orderId === 'o2' ? { ...one, status: 'PAYMENT_PENDING' as const } : one,
        ),
      },
    ],
    [
      'every order came to its right end',
      {
        orders: orders.map((one) => (one.orderId === 'o3' ? { ...one, status: 'CONFIRMED' as const } : one)),
      },
    ],
    [
      'every order came to its right end',
      { orders: orders.map((one) => (one.orderId === 'o2' ? { ...one, status: 'FAILED' as const } : one)) },
    ],
    [
      'every order has the price that was seeded',
      { orders: orders.map((one) => ({ ...one, amount: { amountMinor: 1, currency: 'EUR' } })) },
    ],
    ['units are conserved in Postgres, and Redis agrees', { audit: { ok: false, products: audit.products } }],
    [
      'units are conserved in Postgres, and Redis agrees',
      { audit: { ok: true, products: [{ ...product, inFlight: 1 }] } },
    ],
    ['nobody waited in vain for an answer', { tally: tallyOf({ waitedInVain: 1 }) }],
    ['no process ended by itself', { crashes: ['serve ended by SIGSEGV'] }],
    ['no customer has more than the limit', { customerLimit: 1 }],
    [
      'every cheat was turned away',
      { tally: tallyOf({ tricks: tricksOf({ 'own-price': { turnedAway: 3, succeeded: 1, untried: 0 } }) }) },
    ],
    [
      'no unit stayed unsold while buyers gave up',
      {
        goods: [
          { productId: 'tee', quantity: 40, price: { amountMinor: 4_990, currency: 'EUR' }, weight: 1 },
        ],
        tally: tallyOf({ refused: { OVERLOADED: 3 } }),
      },
    ],
    ['half of the orders had a 202 in time', { targets: { p50Ms: 4, p99Ms: 1_000 } }],
    ['99 of 100 orders had a 202 in time', { targets: { p50Ms: 1_000, p99Ms: 4 } }],
  ])('fails "%s" when it is not so', (name, facts) => {
    expect(failedChecks(facts)).toEqual([name]);
  });

  it('allows orders without a 202 of buyers whose answer was lost, and of no others', () => {
    const more = [...orders, orderOf('o4', 'buyer-4', 'CONFIRMED')];
    const lost = { orders: more, tally: tallyOf({ unaware: new Set(['buyer-4']) }) };
    expect(failedChecks(lost)).toEqual([]);
    const another = { orders: more, tally: tallyOf({ unaware: new Set(['buyer-5']) }) };
    expect(failedChecks(another)).toEqual([
      'no order but those that were answered with 202, or whose answer was lost',
    ]);
  });

  it('lets buyers be turned away politely as long as nothing stays unsold', () => {
    expect(failedChecks({ tally: tallyOf({ refused: { OVERLOADED: 3 } }) })).toEqual([]);
  });

  it('judges no times of a sale in which something was killed, or that was cut short', () => {
    const targets = { p50Ms: 1, p99Ms: 1 };
    const kills = [{ point: 'redis', afterSeconds: 1, backAfterSeconds: 1 }] as const;
    for (const more of [{ kills }, { cutShort: true }])
      expect(makeReport(quietSale({ targets, ...more })).targets).toEqual({ ...targets, judged: false });
    expect(failedChecks({ targets, kills })).toEqual([]);
  });

  it('is interrupted, and not passed, when a signal closed the sale', () => {
    const early = { cutShort: true, tally: tallyOf({ buyers: 2 }) };
    expect(makeReport(quietSale(early)).verdict).toBe('interrupted');
    expect(makeReport(quietSale({ ...early, crashes: ['worker ended by SIGSEGV'] })).verdict).toBe('failed');
  });
});

describe('the report', () => {
  it('has the figures of orders, buyers and times', () => {
    expect(makeReport(quietSale())).toMatchObject({
      schemaVersion: 1,
      sale: { buyers: 6, units: 4, products: 1, seconds: 15, requests: 8 },
      orders: {
        accepted: 3,
        acceptedUnits: 4,
        confirmed: 2,
        confirmedUnits: 3,
        failed: 1,
        givenBackUnits: 1,
      },
      refused: { SOLD_OUT: 3 },
      latency: { accept: { p50Ms: 8 }, start: { p99Ms: 135 } },
      readAtOnce: { asked: 3, readable: 3 },
      repeatedKeys: { asked: 2, sameOrder: 2 },
      totalSeconds: 42,
    });
  });
});
