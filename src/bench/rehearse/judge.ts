/** Turns what was observed into checks. Pure: every check is a comparison of two independent observations. */
import { isFinal, type Order } from '../../core/order.js';
import { MOST_UNITS } from '../load/crowd.js';
import { sumOf, type Tally } from '../load/tally.js';
import { judgeLatency } from './judge-latency.js';
import type { Goods } from './goods.js';
import type { Observations } from './observations.js';
import type { Check } from './report.js';
import { wrongEndOf } from './wrong-end.js';

/** Refusals that a healthy sale with more buyers than units gives. */
const SOLD: ReadonlySet<string> = new Set(['SOLD_OUT', 'RESERVATION_ENDED']);
/** What a buyer is told, after asking again for a while, when the shop cannot serve now. */
const BUSY: ReadonlySet<string> = new Set([
  'OVERLOADED',
  'DRAINING',
  'REBUILDING',
  'RATE_LIMITED',
  'UNAVAILABLE',
]);

/** Units confirmed beyond those seeded. */
export function oversoldUnits({ goods, orders }: Pick<Observations, 'goods' | 'orders'>): number {
  return goods.reduce((sum, { productId, quantity }) => {
    const confirmed = orders.filter((order) => order.productId === productId && order.status === 'CONFIRMED');
    return sum + Math.max(0, unitsOf(confirmed) - quantity);
  }, 0);
}

export function unitsOf(orders: readonly { readonly quantity: number }[]): number {
  return orders.reduce((sum, order) => sum + order.quantity, 0);
}

/** In the order in which the report shows them. */
export function judge(seen: Observations): Check[] {
  const { tally, orders, goods } = seen;
  const open = orders.filter((order) => !isFinal(order.status));
  const wrongAmounts = orders.filter(
    (order) => order.amount.amountMinor !== priceOf(goods, order) * order.quantity,
  );
  return [
    check('no unit was sold twice', oversoldUnits(seen) === 0, `${oversoldUnits(seen)} oversold`),
    check(
      'every buyer came to an end',
      seen.cutShort || tally.buyers === seen.buyers,
      `${tally.buyers} of ${seen.buyers}`,
    ),
    ...judgeAnswers(seen),
    check(
      'every order came to its end',
      open.length === 0,
      `${orders.length - open.length} of ${orders.length}`,
    ),
    judgeEnds(seen),
    check(
      'every order has the price that was seeded',
      wrongAmounts.length === 0,
      `${orders.length - wrongAmounts.length} of ${orders.length}`,
    ),
    ...judgeCheats(seen),
    judgeUnits(seen),
    check('no process ended by itself', seen.crashes.length === 0, seen.crashes.join('; ') || 'none'),
    ...judgeLatency(seen),
  ];
}

function judgeAnswers({ tally, orders, goods, cutShort, kills }: Observations): Check[] {
  const byId = new Map(orders.map((order) => [order.orderId, order]));
  const lost = tally.accepted.filter((one) => byId.get(one.orderId)?.userId !== one.userId);
  const acceptedIds = new Set(tally.accepted.map((one) => one.orderId));
  const unknown = orders.filter((order) => !acceptedIds.has(order.orderId));
  const foreign = unknown.filter((order) => !tally.unaware.has(order.userId));
  const refused = Object.entries(tally.refused);
  const odd = refused.filter(([code]) => !SOLD.has(code) && !BUSY.has(code));
  const turnedAway = sumOf(Object.fromEntries(refused.filter(([code]) => BUSY.has(code))));
  const unsold = unitsOf(goods) - unitsOf(orders);
  // Of each product fewer may be left than the next buyer wants.
  const isUnsold = unsold > goods.length * (MOST_UNITS - 1);
  return [
    check(
      'every 202 was readable at once',
      tally.unreadable.length === 0,
      `${tally.readAtOnce} of ${tally.readAtOnce + tally.unreadable.length} that were answered`,
    ),
    check(
      'every 202 is an order of that buyer',
      lost.length === 0,
      `${tally.accepted.length - lost.length} of ${tally.accepted.length}`,
    ),
    check(
      'no order but those that were answered with 202, or whose answer was lost',
      foreign.length === 0,
      `${unknown.length} others, of ${tally.unaware.size} buyers without their answer`,
    ),
    check(
      'the same key gave the same order',
      tally.repeats.different === 0,
      `${tally.repeats.same} of ${tally.repeats.same + tally.repeats.different} repeats`,
    ),
    check(
      'buyers were refused only because all was sold, or asked to come again',
      odd.length === 0,
      odd.map(([code, count]) => `${code} ${count}`).join(', ') || `no other reason, ${turnedAway} gave up`,
    ),
    check(
      'no unit stayed unsold while buyers gave up',
      cutShort || turnedAway + tally.waitedInVain === 0 || !isUnsold,
      `${turnedAway + tally.waitedInVain} gave up, ${Math.max(0, unsold)} units never sold`,
    ),
    check(
      'nobody waited in vain for an answer',
      // What was killed may be away for longer than a buyer has patience.
      kills.length > 0 || cutShort || tally.waitedInVain === 0,
      `${tally.waitedInVain} buyers gave up without one`,
    ),
  ];
}

function judgeEnds(seen: Observations): Check {
  const paidInTime = new Set(seen.tally.paidByHand);
  const paidTooLate = new Set(seen.tally.paidTooLate);
  const struck = seen.kills.length > 0;
  const wrong = seen.orders.flatMap((order) => {
    const why = wrongEndOf(order, { ...seen, paidInTime, paidTooLate, struck });
    return why === null ? [] : [`${order.orderId} ${why}`];
  });
  const ended = seen.orders.filter((order) => isFinal(order.status));
  const failed = ended.filter((order) => order.status !== 'CONFIRMED').length;
  const figures = `${ended.length - failed} confirmed, ${failed} failed, ${wrong.length} wrongly ended`;
  return check(
    'every order came to its right end',
    wrong.length === 0,
    wrong.length === 0 ? figures : `${figures}: ${wrong.slice(0, 3).join(', ')}`,
  );
}

function judgeCheats({ tally, orders, customerLimit }: Observations): Check[] {
  const { tried, turnedAway } = countTricks(tally);
  const checks: Check[] = [];
  if (customerLimit !== null) {
    const units = new Map<string, number>();
    for (const { userId, productId, quantity, status } of orders) {
      if (isFinal(status) && status !== 'CONFIRMED') continue;
      const key = `${productId} ${userId}`;
      units.set(key, (units.get(key) ?? 0) + quantity);
    }
    const over = [...units.values()].filter((count) => count > customerLimit).length;
    checks.push(
      check(
        'no customer has more than the limit',
        over === 0,
        `${over} customers have more than ${customerLimit} units`,
      ),
    );
  }
  if (tried > 0) {
    const detail = `${turnedAway} of ${tried}`;
    checks.push(
      check(
        'every cheat was turned away',
        turnedAway === tried,
        turnedAway === tried ? detail : `${detail}: ${tally.cheated.join(', ')}`,
      ),
    );
  }
  return checks;
}

/** Tricks that were decided. */
export function countTricks({ tricks }: Pick<Tally, 'tricks'>): { tried: number; turnedAway: number } {
  const counts = Object.values(tricks);
  const turnedAway = counts.reduce((sum, one) => sum + one.turnedAway, 0);
  return { turnedAway, tried: turnedAway + counts.reduce((sum, one) => sum + one.succeeded, 0) };
}

function judgeUnits({ audit }: Observations): Check {
  const inFlight = audit.products.reduce((sum, product) => sum + (product.inFlight ?? 0), 0);
  const wrong = audit.products.filter(({ problem, inFlight }) => problem !== null || inFlight !== 0);
  const text = wrong.map(({ productId, drift, inFlight: units, problems }) =>
    [`${productId} drift ${drift ?? '?'}, in flight ${units ?? '?'}`, ...problems].join(', '),
  );
  return check(
    'units are conserved in Postgres, and Redis agrees',
    audit.ok && inFlight === 0,
    text.join('; ') || `${audit.products.length} products, drift 0, in flight 0`,
  );
}

export function check(name: string, ok: boolean, detail: string): Check {
  return { name, ok, detail };
}

function priceOf(goods: readonly Goods[], order: Order): number {
  return goods.find((one) => one.productId === order.productId)?.price.amountMinor ?? NaN;
}
