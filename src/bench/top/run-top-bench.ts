/** The benchmark of watching: what the polls of `top` cost each store, with the data of a demanding sale. */
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../core/errors.js';
import { restoreProduct } from '../../core/catalog/restore-product.js';
import type { StoreName } from '../../core/partial-answer.js';
import { createPool, type Pool } from '../../core/postgres/create-pool.js';
import { closeRedis, createRedis } from '../../core/redis/create-redis.js';
import { hearStoreCalls } from '../../core/store-calls.js';
import type { Stack } from '../../dev/start-stack.js';
import { fillShop, PRODUCT_PREFIX } from '../operators/fill-shop.js';
import { readBenchMachine } from '../report/bench-machine.js';
import type { BenchParts } from '../report/bench-parts.js';
import { median, toRow } from '../report/bench-row.js';
import { openStack } from '../stack/open-stack.js';
import { fillFigures } from './fill-figures.js';
import { processorMs } from './processor-time.js';
import type { PollFigures, TopBenchReport } from './report.js';
import { timeCounting } from './time-counting.js';

/** One store as the dashboard asks it. */
export interface WatchedStore {
  readonly name: StoreName;
  poll(): Promise<unknown>;
  close(): Promise<void>;
}

export interface TopBenchOptions {
  /** The benchmark's own, emptied before and after. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly rounds: number;
  readonly orders: number;
  /** Time between two polls for which the shares are reckoned. */
  readonly intervalMs: number;
  /** The dashboard's own sources, which ask for these products. */
  readonly openStores: (
    env: Readonly<Record<string, string>>,
    productIds: readonly string[],
  ) => readonly WatchedStore[];
}

const PRODUCTS = 3;
const LIVE_SHARE = 0.05;
const POLLS = 40;
/** A machine that is busy with something else may make a poll late; with more of them the shares say nothing. */
const MOST_FAILED = POLLS / 10;
/** Between two polls here; no server has to do anything else meanwhile. */
const PAUSE_MS = 50;
/** As far back as the first poll reads. */
const HISTORY_SECONDS = 300;
const TARGET_PERCENT = 1;

/**
 * In each round the servers are left alone for as long as they are polled, and what they take by themselves is
 * subtracted. Then once more while consume and worker are far behind: four orders in five are live.
 * @throws AppError REFUSED when one runs in the folder, UNAVAILABLE
 */
export async function runTopBench(options: TopBenchOptions, parts: BenchParts): Promise<TopBenchReport> {
  const { lifecycle, voice, log } = parts;
  const at = new Date().toISOString();
  const machine = readBenchMachine();
  const { folder, env, orders, rounds, intervalMs } = options;
  const stack = await openStack({ folder, env, what: 'benchmark' }, parts);
  const url = stack.env['DATABASE_URL'] ?? '';
  const pool = createPool({ url, applicationName: 'ordersctl-bench', statementTimeoutMs: 0 }, log);
  lifecycle.own('postgres', () => pool.end());
  const productIds = Array.from({ length: PRODUCTS }, (_, n) => `${PRODUCT_PREFIX}${n}`);
  const onProgress = (stored: number) => voice.status(`storing orders: ${stored} of ${orders}`);
  await fillShop(pool, { orders, products: PRODUCTS, live: Math.round(orders * LIVE_SHARE), onProgress });
  await fillFigures(pool, productIds, HISTORY_SECONDS);
  // While the servers are left alone too, so that it cancels out.
  const figures = setInterval(() => void fillFigures(pool, productIds, 3).catch(() => undefined), 1_000);
  lifecycle.own('figures', () => clearInterval(figures));
  await loadProducts(pool, stack, productIds, parts);
  voice.line(`${orders} orders of ${PRODUCTS} products stored`);

  // Heard before the clients are made, which look once whether somebody listens.
  const calls = new Map<StoreName, number>();
  const stopHearing = hearStoreCalls(({ store }) => calls.set(store, (calls.get(store) ?? 0) + 1));
  const stores = options.openStores(stack.env, productIds);
  lifecycle.own('watching', async () => {
    stopHearing();
    await Promise.all(stores.map((store) => store.close()));
  });
  const watch = { stack, stores, calls, rounds, parts };
  const calm = await measure(watch, 'a sale');
  await fallBehind(pool);
  const behind = await measure(watch, 'backlog');
  const all = [...calm, ...behind];
  return {
    schemaVersion: 1,
    at,
    machine,
    method: { rounds, pollsPerRound: POLLS, intervalMs, storedOrders: orders, products: PRODUCTS },
    rows: all.map(({ situation, store, processor }) => {
      // Redis works on one core, whatever the machine has.
      const cores = store === 'redis' ? 1 : machine.cores;
      const shares = processor.map((ms) => (100 * Math.max(0, ms)) / (intervalMs * cores));
      const what = `share of ${cores === 1 ? 'a core' : `${cores} cores`}, a poll every ${intervalMs / 1_000} s`;
      return toRow(`${store}, ${situation}`, what, '%', shares, { atMost: TARGET_PERCENT });
    }),
    polls: all.map(toPollFigures),
    countingMicros: timeCounting(productIds, log),
  };
}

interface Watch {
  readonly stack: Stack;
  readonly stores: readonly WatchedStore[];
  readonly calls: ReadonlyMap<StoreName, number>;
  readonly rounds: number;
  readonly parts: BenchParts;
}

interface Measured {
  readonly situation: string;
  readonly store: StoreName;
  /** Of each round: processor time of one poll. */
  readonly processor: readonly number[];
  readonly took: readonly number[];
  readonly calls: number;
}

/** One round before the others is not counted: it connects and reads the history. */
async function measure(watch: Watch, situation: string): Promise<Measured[]> {
  const { stack, stores, calls, rounds, parts } = watch;
  const found = stores.map(({ name }) => ({ name, processor: [] as number[], took: [] as number[] }));
  const callsBefore = new Map<StoreName, number>();
  const pids = new Map(stack.state.services.map(({ name, pid }) => [name, pid]));
  const spent = () => found.map(({ name }) => processorMs(pids.get(name) ?? 0));
  for (let round = 0; round <= rounds; round += 1) {
    parts.lifecycle.signal.throwIfAborted();
    parts.voice.status(`${situation}, round ${round} of ${rounds}`);
    if (round === 1) for (const { name } of found) callsBefore.set(name, calls.get(name) ?? 0);
    const before = spent();
    const startedAt = performance.now();
    const took = await pollAll(stores);
    const elapsedMs = performance.now() - startedAt;
    const polled = spent();
    await delay(elapsedMs, undefined, { signal: parts.lifecycle.signal });
    const alone = spent();
    if (round === 0) continue;
    found.forEach((one, index) => {
      const own = (alone[index] ?? 0) - (polled[index] ?? 0);
      one.processor.push(((polled[index] ?? 0) - (before[index] ?? 0) - own) / POLLS);
      one.took.push(took[index] ?? 0);
    });
  }
  return found.map(({ name, processor, took }) => ({
    ...{ situation, store: name, processor, took },
    calls: ((calls.get(name) ?? 0) - (callsBefore.get(name) ?? 0)) / (rounds * POLLS),
  }));
}

/** @returns how long a poll of each store took on average, in ms. @throws AppError UNAVAILABLE when many failed */
async function pollAll(stores: readonly WatchedStore[]): Promise<number[]> {
  return Promise.all(
    stores.map(async (store) => {
      let [tookMs, failed] = [0, 0];
      for (let poll = 0; poll < POLLS; poll += 1) {
        const startedAt = performance.now();
        // As the dashboard does: one that is not answered in time is followed by the next.
        await store.poll().catch(() => (failed += 1));
        tookMs += performance.now() - startedAt;
        await delay(PAUSE_MS);
      }
      if (failed > MOST_FAILED)
        throw new AppError('UNAVAILABLE', `${store.name} did not answer ${failed} of ${POLLS} polls`, {
          hint: 'Run it again while the machine does nothing else',
        });
      return tookMs / POLLS;
    }),
  );
}

/** Redis gets what a sale of these orders would have left there. */
async function loadProducts(
  pool: Pool,
  stack: Stack,
  productIds: readonly string[],
  { log, voice }: BenchParts,
): Promise<void> {
  const url = stack.env['REDIS_URL'] ?? '';
  const redis = createRedis({ url, purpose: 'operator', applicationName: 'ordersctl-bench' }, log);
  try {
    for (const productId of productIds) {
      voice.status(`loading ${productId} into Redis`);
      await restoreProduct({ pool, redis, prefix: '' }, productId);
    }
  } finally {
    await closeRedis(redis);
  }
}

/** Orders that were sold wait now: the books stay balanced. */
async function fallBehind(pool: Pool): Promise<void> {
  await pool.query(`update orders set status = 'PENDING', paid = false where status = 'CONFIRMED'`);
  await pool.query('vacuum analyze orders');
}

function toPollFigures({ situation, store, processor, took, calls }: Measured): PollFigures {
  const round = (value: number) => Math.round(value * 100) / 100;
  return {
    ...{ situation, store, calls: round(calls) },
    processorMs: round(median(processor)),
    tookMs: round(median(took)),
  };
}
