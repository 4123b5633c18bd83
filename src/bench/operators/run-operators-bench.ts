/** The benchmark of operators' commands: servers of its own, a shop after a year, each command as it is typed. */
import { AppError } from '../../core/errors.js';
import type { StoreName } from '../../core/partial-answer.js';
import { createPool, type Pool } from '../../core/postgres/create-pool.js';
import { createRedis, closeRedis } from '../../core/redis/create-redis.js';
import { restoreProduct } from '../../core/catalog/restore-product.js';
import type { Stack } from '../../dev/start-stack.js';
import { readBenchMachine } from '../report/bench-machine.js';
import type { BenchParts } from '../report/bench-parts.js';
import { median, toRow } from '../report/bench-row.js';
import { openStack } from '../stack/open-stack.js';
import { fillShop, PRODUCT_PREFIX } from './fill-shop.js';
import type { CommandTimes, OperatorsReport } from './report.js';
import { timeStores, type Timed } from './store-clock.js';
import { createSubjects, type Subject } from './subjects.js';

export interface OperatorsBenchOptions {
  /** The benchmark's own, emptied before and after. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly rounds: number;
  readonly orders: number;
  /** Runs a command in this process. @returns its exit code and what it said on stderr */
  readonly runCommand: (
    args: readonly string[],
    env: Readonly<Record<string, string | undefined>>,
  ) => Promise<{ readonly code: number; readonly stderr: string }>;
}

const PRODUCTS = 10;
const LIVE_SHARE = 0.005;

/**
 * Store time is measured at the client, from asking to having the answer, of all stores together. One round before
 * the others is not counted: it fills the caches.
 * @throws AppError REFUSED when one runs in the folder, UNAVAILABLE, INTERNAL when a command fails
 */
export async function runOperatorsBench(
  options: OperatorsBenchOptions,
  parts: BenchParts,
): Promise<OperatorsReport> {
  const { lifecycle, voice, log } = parts;
  const at = new Date().toISOString();
  const machine = readBenchMachine();
  const { folder, env, orders, rounds } = options;
  const live = Math.round(orders * LIVE_SHARE);
  const stack = await openStack({ folder, env, what: 'benchmark' }, parts);
  const pool = createPool(
    { url: stack.env['DATABASE_URL'] ?? '', applicationName: 'ordersctl-bench', statementTimeoutMs: 0 },
    log,
  );
  lifecycle.own('postgres', () => pool.end());
  const onProgress = (stored: number) => voice.status(`storing orders: ${stored} of ${orders}`);
  await fillShop(pool, { orders, products: PRODUCTS, live, onProgress });
  voice.line(`${orders} orders stored, ${live} of them live`);
  await loadShop(pool, stack, parts);

  const subjects = await createSubjects(pool);
  const peak = watchMemory();
  const times = new Map<Subject, Timed<unknown>[]>(subjects.map((subject) => [subject, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [subject, measured] of times) {
      lifecycle.signal.throwIfAborted();
      voice.status(`${nameOf(subject)}, round ${round} of ${rounds}`);
      const timed = await timeStores(() => runOrFail(options, subject, stack.env));
      if (round > 0) measured.push(timed);
    }
  }
  const peakMegabytes = peak.end();
  return {
    schemaVersion: 1,
    at,
    machine,
    method: { rounds, storedOrders: orders, liveOrders: live },
    rows: [...times].map(([subject, measured]) =>
      toRow(
        nameOf(subject),
        'store time',
        'ms',
        measured.map(({ storeMs }) => storeMs),
        { atMost: subject.atMostMs },
      ),
    ),
    times: [...times].map(([subject, measured]) => toTimes(nameOf(subject), measured)),
    peakMegabytes,
  };
}

/** Redis gets what a sale of these orders would have left there. */
async function loadShop(pool: Pool, stack: Stack, { log, voice }: BenchParts): Promise<void> {
  const url = stack.env['REDIS_URL'] ?? '';
  const redis = createRedis({ url, purpose: 'operator', applicationName: 'ordersctl-bench' }, log);
  try {
    for (let n = 0; n < PRODUCTS; n += 1) {
      voice.status(`loading product ${n + 1} of ${PRODUCTS} into Redis`);
      await restoreProduct({ pool, redis, prefix: '' }, `${PRODUCT_PREFIX}${n}`);
    }
  } finally {
    await closeRedis(redis);
  }
}

async function runOrFail(
  { runCommand }: OperatorsBenchOptions,
  subject: Subject,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { code, stderr } = await runCommand([...subject.args, '--json'], env);
  if (code !== 0) throw new AppError('INTERNAL', `${nameOf(subject)} ended with ${code}: ${stderr.trim()}`);
}

/** Ids would only widen the table. */
function nameOf({ args }: Subject): string {
  return args.map((arg) => (/^[0-9a-f-]{36}$/.test(arg) ? 'ORDER' : arg)).join(' ');
}

function toTimes(command: string, measured: readonly Timed<unknown>[]): CommandTimes {
  const round = (values: readonly number[]) => Math.round(median(values) * 10) / 10;
  const stores = new Set(measured.flatMap(({ byStore }) => Object.keys(byStore) as StoreName[]));
  return {
    command,
    wallMs: round(measured.map(({ wallMs }) => wallMs)),
    storeMs: round(measured.map(({ storeMs }) => storeMs)),
    byStore: Object.fromEntries(
      [...stores].map((store) => [store, round(measured.map(({ byStore }) => byStore[store] ?? 0))]),
    ),
  };
}

const MEMORY_POLL_MS = 50;

function watchMemory(): { end(): number } {
  let most = 0;
  const look = () => (most = Math.max(most, process.memoryUsage.rss()));
  const timer = setInterval(look, MEMORY_POLL_MS);
  return {
    end() {
      clearInterval(timer);
      look();
      return Math.round(most / 1_024 / 1_024);
    },
  };
}
