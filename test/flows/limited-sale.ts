/** A sale with a limit per customer, behind two replicas of serve, told with few buyers or with many. */
import { expect } from 'vitest';
import { syncProducts } from '../../src/core/catalog/sync-products.js';
import { putSale } from '../../src/core/postgres/put-sale.js';
import { productKeys } from '../../src/core/redis/keys.js';
import { expectAtRest, expectOneSagaEach, waitForRest } from '../support/at-rest.js';
import { createPipeline, inParallel, placeOrder, type Answer, type Pipeline } from '../support/pipeline.js';
import { createSpace, type Space } from '../support/space.js';
import { waitFor } from '../support/wait-for.js';

const PRODUCT = 'tee';
const MAX_PER_CUSTOMER = 2;
/** Buyers who ask at once. */
const WIDTH = 100;

interface Audit {
  readonly ok: boolean;
  readonly products: readonly object[];
}

interface Attempt {
  readonly quantity: number;
  readonly key: string;
}

export interface LimitedSale {
  readonly buyers: number;
  readonly units: number;
  /** Whether orders are paid or declined while the sale goes on; without, all of them stay held. */
  readonly sagas: boolean;
}

/** Two replicas on a space of their own, the sale and all that must hold in it; ends what it has started. */
export async function holdLimitedSale(sale: LimitedSale): Promise<void> {
  const space = await createSpace('limit');
  let replicas: readonly Pipeline[] = [];
  try {
    await space.topics();
    const started = await startLimitedSale(space, sale);
    replicas = started;
    await runLimitedSale(space, started, sale);
  } finally {
    await Promise.all(replicas.map((replica) => replica.stopAll()));
    await space.close();
  }
}

/** @returns two pipelines on one space; the first has consume and worker too */
async function startLimitedSale(
  space: Space,
  { units, sagas }: LimitedSale,
): Promise<readonly [Pipeline, Pipeline]> {
  const overrides = { ORDERSCTL_SIMULATED_DECLINE_USERS: 'declined-' };
  const replicas = [await createPipeline(space, overrides), await createPipeline(space, overrides)] as const;
  const [first] = replicas;
  await first.json(['seed-stock', '--product', PRODUCT, '--quantity', String(units)]);
  await first.json(['seed-prices', '--product', PRODUCT, '--price', '49.90 EUR']);
  await putSale(space.pool, [PRODUCT], { maxPerCustomer: MAX_PER_CUSTOMER });
  await syncProducts(space, [PRODUCT]);
  await Promise.all([
    ...replicas.map((replica) => replica.start('serve')),
    ...(sagas ? (['consume', 'worker'] as const).map((role) => first.start(role)) : []),
  ]);
  return replicas;
}

/**
 * Every buyer asks at both replicas in turn; one in four tries five times, one in ten cannot pay and gives back both
 * units and count. A third of the way the sale is paused for a while. Asserts that the pause lets nothing through, that
 * nobody ever has more than the limit, that no unit is sold twice, and a clean audit.
 */
async function runLimitedSale(
  space: Space,
  replicas: readonly [Pipeline, Pipeline],
  { buyers, units, sagas }: LimitedSale,
): Promise<void> {
  const accepted: { orderId: string; userId: string; bought: Bought }[] = [];
  const codes: Record<string, number> = {};
  const pause: Pause = { from: Infinity, to: Infinity, refused: 0 };
  let pausing: Promise<void> | undefined;
  await inParallel(Array.from({ length: buyers }), WIDTH, async (_, n) => {
    if (n === Math.floor(buyers / 3)) pausing = pauseForAWhile(replicas[0], pause);
    const userId = `${n % 10 === 0 ? 'declined' : 'buyer'}-${n}`;
    const answers = await Promise.all(
      attemptsOf(n).map(async (attempt, turn) => {
        const [one, other] = (n + turn) % 2 === 0 ? replicas : [replicas[1], replicas[0]];
        return buy([one, other], userId, attempt, pause);
      }),
    );
    for (const bought of answers) {
      const { status, body } = bought.answer;
      const code = status === 202 ? '202' : `${status} ${body.code}`;
      codes[code] = (codes[code] ?? 0) + 1;
      if (status === 202) accepted.push({ orderId: body.orderId, userId, bought });
    }
  });
  await pausing;
  expect(pause.refused).toBeGreaterThan(0);
  // A key whose first request was sent before the command returned may be answered with its order at any time.
  const during = (at: number) => at > pause.from && at < pause.to;
  expect(accepted.filter(({ bought }) => during(bought.sentAt) && during(bought.firstSentAt))).toEqual([]);
  expect(Object.keys(codes).sort()).toEqual(['202', '409 CUSTOMER_LIMIT', '409 SOLD_OUT']);

  const once = [...new Map(accepted.map((order) => [order.orderId, order])).values()];
  if (sagas) {
    await waitForRest(space);
    await expectAtRest(replicas[0], once);
    await expectOneSagaEach(space);
  }
  const { ok, products } = await replicas[0].json<Audit>(['audit']);
  expect(ok).toBe(true);
  expect(products).toMatchObject([{ productId: PRODUCT, seeded: units, inFlight: 0, drift: 0 }]);
  if (!sagas) expect(products).toMatchObject([{ available: 0, held: units, redisAvailable: 0 }]);
  await expectLimitKept(space, once.length);
}

/** Five tries, some of them with one key, or one or two. */
function attemptsOf(n: number): Attempt[] {
  const quantities = n % 4 === 0 ? [1, 1, 2, 1, 1] : n % 4 === 1 ? [2] : [1, 1];
  return quantities.map((quantity, turn) => ({ quantity, key: `try-${turn % 4}` }));
}

/** Moments of `performance.now()`: the pause has returned, the opening begins. */
interface Pause {
  from: number;
  to: number;
  /** Requests that were answered SALE_PAUSED. */
  refused: number;
}

/** Paused by one command, at both replicas; opened again once buyers have met it. */
async function pauseForAWhile(operator: Pipeline, pause: Pause): Promise<void> {
  await operator.json(['sale', 'pause', PRODUCT]);
  pause.from = performance.now();
  await waitFor(() => pause.refused >= 50, { what: 'buyers to meet the pause', timeoutMs: 30_000 });
  pause.to = performance.now();
  await operator.json(['sale', 'open', PRODUCT]);
}

interface Bought {
  readonly answer: Answer;
  /** When the request that got this answer, and the first with its key, were sent. */
  readonly sentAt: number;
  readonly firstSentAt: number;
}

/** The same key again, at the other replica, while there is no answer. */
async function buy(
  replicas: readonly [Pipeline, Pipeline],
  userId: string,
  attempt: Attempt,
  pause: Pause,
): Promise<Bought> {
  const firstSentAt = performance.now();
  for (let turn = 0; ; turn += 1) {
    const sentAt = performance.now();
    const answer = await placeOrder(replicas[turn % 2 === 0 ? 0 : 1], {
      userId,
      productId: PRODUCT,
      ...attempt,
    });
    if (answer.status !== 503) return { answer, sentAt, firstSentAt };
    if (answer.body.code === 'SALE_PAUSED') pause.refused += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** From the rows: what each customer had at any moment, and what Redis counts for each in the end. */
async function expectLimitKept({ pool, redis, prefix }: Space, orders: number): Promise<void> {
  const { rows } = await pool.query<{ user_id: string; most: number; kept: number }>(
    `with moved as (
       select user_id, created_at as at, quantity as units from orders
       where status not in ('ABANDONED', 'REFUSED')
       union all
       select o.user_id, e.occurred_at, -o.quantity from orders o join order_events e using (order_id)
       where e.type in ('FAILED', 'CANCELLED', 'EXPIRED')
     ), held as (
       select user_id, sum(units) over (partition by user_id order by at, units) as units from moved
     )
     select user_id, max(units)::integer as most,
       (select coalesce(sum(quantity), 0)::integer from orders o
        where o.user_id = held.user_id and o.status not in ('FAILED', 'CANCELLED', 'EXPIRED', 'ABANDONED', 'REFUSED')) as kept
     from held group by user_id`,
  );
  expect(rows.filter((row) => row.most > MAX_PER_CUSTOMER)).toEqual([]);
  expect(rows.some((row) => row.most === MAX_PER_CUSTOMER)).toBe(true);
  const kept = rows.filter((row) => row.kept > 0).map((row) => [row.user_id, String(row.kept)] as const);
  expect(await redis.hgetall(productKeys(prefix, PRODUCT).limits)).toEqual(Object.fromEntries(kept));
  const { rows: counted } = await pool.query<{ n: number }>(
    `select count(*)::integer as n from orders where status not in ('ABANDONED', 'REFUSED')`,
  );
  expect(counted[0]?.n).toBe(orders);
}
