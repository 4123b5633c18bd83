/** The demo, from nothing to a verdict: servers, tables, goods, roles, sale, last order, audit, report. */
import { availableParallelism, loadavg } from 'node:os';
import type { Lifecycle } from '../../core/lifecycle.js';
import type { Log } from '../../core/log.js';
import type { Role } from '../../core/names.js';
import { sumOf, type Tally } from '../load/tally.js';
import { followToLast } from './follow-orders.js';
import { stockShelf } from './goods.js';
import { makeReport } from './make-report.js';
import { auditAtRest, readStartTimes } from './measure.js';
import { openStack } from '../stack/open-stack.js';
import type { Voice } from '../voice.js';
import { openRoles, openStores } from './open-demo.js';
import { readAllOrders } from './read-orders.js';
import type { DemoReport } from './report.js';
import { DECLINED_PREFIX, holdSale } from './sale.js';
import { seedGoods } from './seed-goods.js';

export interface DemoOptions {
  /** The demo's own: its `.ordersctl/`, the logs of its roles. */
  readonly folder: string;
  /** The caller's environment, for programs only: addresses in it are never used. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly buyers: number;
  readonly units: number;
  readonly products: number;
  readonly seed: number;
  readonly kill: Role | undefined;
  readonly keep: boolean;
}

export interface DemoParts {
  readonly log: Log;
  /** Owns all that is started; its end is the end of the demo. */
  readonly lifecycle: Lifecycle;
  readonly voice: Voice;
}

/** Kafka gives up a killed consumer after 30 s, and only then its orders go on. */
const STALLED_AFTER_MS = 60_000;

/**
 * Resolves with the report; everything goes on running until the lifecycle ends.
 * @throws AppError REFUSED when a demo runs in the folder, UNAVAILABLE when a server or a role does not start; the
 *   abort reason when the lifecycle ends first
 */
export async function runDemo(options: DemoOptions, parts: DemoParts): Promise<DemoReport> {
  const { voice, lifecycle } = parts;
  const { signal } = lifecycle;
  const startedAt = performance.now();
  const goods = stockShelf(options.products, options.units);

  const { folder, env } = options;
  const stack = await openStack({ folder, env, what: 'demo', ephemeral: true, giveWay: true }, parts);
  const stores = openStores(stack, parts);
  await seedGoods(stores, goods);
  voice.line(`seeded   ${goods.map((one) => `${one.quantity} ${one.productId}`).join(', ')}`);
  const roles = await openRoles(stack, options, parts);

  voice.line(`opened   ${options.buyers} buyers for ${options.units} units at ${roles.api}`);
  const jwtSecret = stack.env['ORDERSCTL_JWT_SECRET'] ?? '';
  const onProgress = (tally: Tally, elapsedMs: number) => voice.status(progressOf(tally, elapsedMs, options));
  const { tally, killed, elapsedMs } = await holdSale({
    ...options,
    goods,
    roles,
    jwtSecret,
    signal,
    onProgress,
  });
  voice.line(`closed   ${tally.accepted.length} orders accepted  ${(elapsedMs / 1_000).toFixed(1)} s`);
  if (killed) {
    const { role, afterSeconds, backAfterSeconds } = killed;
    voice.line(`killed   ${role} after ${afterSeconds} s; it was back ${backAfterSeconds} s later`);
  }

  const machine = { cores: availableParallelism(), loadAverage: Math.round((loadavg()[0] ?? 0) * 10) / 10 };
  const done = await followToLast(stores.pool, {
    stalledAfterMs: STALLED_AFTER_MS,
    signal,
    onStanding: ({ held, sold }) =>
      voice.status(`follow   ${sold} units sold, ${held} held by orders under way`),
  });
  voice.line(done ? 'followed every order to its end' : 'followed until nothing moved any more');
  const audit = await auditAtRest({ pool: stores.pool, redis: stores.redis, prefix: stores.prefix }, signal);
  const totalMs = performance.now() - startedAt;
  return makeReport({
    goods,
    buyers: options.buyers,
    tally,
    orders: await readAllOrders(stores.pool),
    audit,
    declinedPrefix: DECLINED_PREFIX,
    crashes: roles.crashes(),
    saleMs: elapsedMs,
    totalMs,
    start: await readStartTimes(stores.pool, Math.ceil(totalMs / 1_000)),
    machine,
    killed,
    kept: options.keep ? { api: roles.api, folder: options.folder } : null,
  });
}

function progressOf(tally: Tally, elapsedMs: number, { buyers }: DemoOptions): string {
  const done = `${tally.buyers} of ${buyers} buyers done`;
  return `sale     ${(elapsedMs / 1_000).toFixed(0)} s: ${done}, ${tally.accepted.length} accepted, ${sumOf(tally.refused)} refused`;
}
