/** What must not lose an order, told with faults of seconds or of minutes. Each asserts that it fired, and under load. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '../../src/core/config/schema.js';
import { inParallel } from '../../src/core/in-parallel.js';
import { workflowIdOf, type Role } from '../../src/core/names.js';
import { createTemporalClient } from '../../src/core/temporal/create-temporal-client.js';
import { waitFor } from '../support/wait-for.js';
import { openFaultShop, type FaultShop } from './fault-shop.js';
import { holdFaultySale, type FaultySale } from './faulty-sale.js';

export interface OutageLengths {
  /** How long a server stands still. */
  readonly pausedMs: number;
  /** How long PostgreSQL stays down between its end and its start. */
  readonly downMs: number;
  /** How often worker and consume are killed; 0 leaves those out. */
  readonly kills: number;
  /** Orders whose payments are looked at. */
  readonly payments: number;
  /** Share of payments whose answer is lost, so that the gateway is asked again. */
  readonly timeOuts: number;
  /** From the end of the sale until the last order is final. */
  readonly restWithinMs: number;
}

/** Of every sale here: endings, which give units back, meet each of the faults too. */
const APPROVE_RATE = '0.9';
const DECLINED_SHARE = { atLeast: 0.04, atMost: 0.18 };
/** The group gives up a killed consumer after 10 s; until then nobody has its partitions. */
const PROGRESS_WITHIN_MS = 60_000;
const TEST_MS = 15 * 60_000;

/** Declares the suite; it starts servers and roles of its own once for all of its sales. */
export function describeOutages(lengths: OutageLengths): void {
  const { pausedMs, downMs, kills, restWithinMs } = lengths;
  let shop: FaultShop;
  beforeAll(async () => {
    shop = await openFaultShop('outages', {
      ORDERSCTL_SWEEP_INTERVAL: '5s',
      ORDERSCTL_SIMULATED_APPROVE_RATE: APPROVE_RATE,
      ORDERSCTL_SIMULATED_TIMEOUT_RATE: String(lengths.timeOuts),
    });
  }, 240_000);
  afterAll(() => shop.close(), 60_000);
  const during = (name: string, fault: (sale: FaultySale) => Promise<void>) =>
    holdFaultySale(shop, name, fault, restWithinMs);

  describe.each(['kafka', 'temporal'] as const)('%s stands still', (name) => {
    it('while orders go on being accepted; all of them end', { timeout: TEST_MS }, () =>
      during(name, async (sale) => {
        const before = sale.accepted();
        shop.servers[name].freeze();
        try {
          await pass(pausedMs);
          const sold = sale.accepted() - before;
          expect(sold).toBeGreaterThan(pausedMs / 1_000);
          expect(sale.turnedAway()).toBe(0);
          // It fired: what was sold meanwhile could not go on.
          expect(await countPending(shop)).toBeGreaterThan(sold / 2);
        } finally {
          shop.servers[name].thaw();
        }
      }),
    );
  });

  it('PostgreSQL restarts without saving anything; buyers wait and lose nothing', { timeout: TEST_MS }, () =>
    during('postgres', async (sale) => {
      const startedAt = await postmasterStart(shop);
      const refused = sale.turnedAway();
      // An immediate shutdown: no checkpoint, no goodbye; the next start recovers from the log.
      await shop.servers.postgres.endBy('SIGQUIT');
      try {
        await pass(downMs);
        // Those in hand wait for a while before they are turned away.
        await waitFor(() => sale.turnedAway() > refused, {
          timeoutMs: 30_000,
          what: 'a buyer to be turned away',
        });
      } finally {
        await shop.servers.postgres.start();
      }
      expect(await postmasterStart(shop)).not.toBe(startedAt);
    }),
  );

  it('worker, consume and serve restart in a row; each ends in order', { timeout: TEST_MS }, () =>
    during('restarts', async (sale) => {
      for (const role of ['worker', 'consume', 'serve'] as const) {
        const { code, signal } = await shop.pipeline.stop(role);
        expect({ role, code, signal }).toEqual({ role, code: 0, signal: null });
        await shop.pipeline.start(role);
        await sale.untilMoreAccepted(5);
      }
    }),
  );

  it(
    'payments are declined or time out; each order is paid and sold, or given back',
    { timeout: TEST_MS },
    async () => {
      const accepted = await during('payments', (sale) => sale.untilMoreAccepted(lengths.payments));
      const { rows } = await shop.pool.query<{ status: string; failure_code: string | null; orders: number }>(
        `select status, failure_code, count(*)::int as orders from orders
       where user_id like 'payments-%' group by 1, 2 order by 1`,
      );
      const [sold, declined, ...others] = rows;
      expect(others).toEqual([]);
      expect(sold).toMatchObject({ status: 'CONFIRMED' });
      expect(declined).toMatchObject({ status: 'FAILED', failure_code: 'PAYMENT_DECLINED' });
      const share = (declined?.orders ?? 0) / accepted;
      expect(share).toBeGreaterThan(DECLINED_SHARE.atLeast);
      expect(share).toBeLessThan(DECLINED_SHARE.atMost);
      expect(await countAskedAgain(shop, 'payments')).toBeGreaterThan(0);
    },
  );

  if (kills === 0) return;
  describe.each(['worker', 'consume'] as const)('%s', (role) => {
    it(`is killed ${kills} times at work; nothing is lost or done twice`, { timeout: TEST_MS }, () =>
      during(`killed-${role}`, async (sale) => {
        for (let kill = 0; kill < kills; kill += 1) {
          await untilAtWork(shop, role, kill);
          const { signal } = await shop.pipeline.stop(role, 'SIGKILL');
          expect(signal).toBe('SIGKILL');
          await sale.untilMoreAccepted(2);
          await shop.pipeline.start(role);
        }
      }),
    );
  });
}

async function pass(ms: number): Promise<void> {
  const until = Date.now() + ms;
  await waitFor(() => Date.now() >= until, { timeoutMs: ms + 5_000, what: 'the outage to last' });
}

/** Resolves when the role has got some orders on since the call, a few more each time: never killed at the same step. */
async function untilAtWork(shop: FaultShop, role: Extract<Role, 'worker' | 'consume'>, turn: number) {
  const enough = (await countDone(shop, role)) + 1 + (turn % 5) * 3;
  await waitFor(async () => (await countDone(shop, role)) >= enough, {
    timeoutMs: PROGRESS_WITHIN_MS,
    what: `${role} to get orders on`,
  });
}

async function countDone({ pool }: FaultShop, role: 'worker' | 'consume'): Promise<number> {
  const { rows } = await pool.query<{ tracked: number; ended: number }>(
    `select count(tracked_at)::int as tracked,
       count(*) filter (where status in ('CONFIRMED', 'FAILED'))::int as ended from orders`,
  );
  return (role === 'consume' ? rows[0]?.tracked : rows[0]?.ended) ?? 0;
}

/** Orders of a sale whose gateway was asked once more, by an ordinary activity, after no answer had come. */
async function countAskedAgain({ pool, servers }: FaultShop, sale: string): Promise<number> {
  const { rows } = await pool.query<{ order_id: string }>(
    `select order_id from orders where user_id like $1 || '-%'`,
    [sale],
  );
  const temporal = await createTemporalClient(
    configSchema.parse({ temporalAddress: servers.temporal.address }),
  );
  try {
    const asked = await inParallel(rows, 10, async ({ order_id: orderId }) => {
      const { events } = await temporal.client.workflow.getHandle(workflowIdOf(orderId)).fetchHistory();
      return (events ?? []).some(
        (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'requestPayment',
      );
    });
    return asked.filter((again) => again).length;
  } finally {
    await temporal.close();
  }
}

async function countPending({ pool }: FaultShop): Promise<number> {
  const { rows } = await pool.query<{ pending: number }>(
    `select count(*)::int as pending from orders where status = 'PENDING'`,
  );
  return rows[0]?.pending ?? 0;
}

/** Asked again while the pool still holds connections to the server that is gone. */
function postmasterStart({ pool }: FaultShop): Promise<string> {
  return waitFor(
    async () => {
      const { rows } = await pool.query<{ at: string }>('select pg_postmaster_start_time()::text as at');
      return rows[0]?.at;
    },
    { what: 'PostgreSQL to tell when it started' },
  );
}
