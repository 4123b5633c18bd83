/** A rehearsal on stores and roles that are there: seed, sale, last order, audit, report. The demo is one too. */
import { availableParallelism, loadavg } from 'node:os';
import type { CatalogDeps } from '../../core/catalog/catalog-deps.js';
import type { CrowdOptions } from '../load/crowd.js';
import { sumOf, type Tally } from '../load/tally.js';
import type { Voice } from '../voice.js';
import { followToLast } from './follow-orders.js';
import type { Goods } from './goods.js';
import { holdSale, type SaleParts } from './hold-sale.js';
import { makeReport } from './make-report.js';
import { auditAtRest, readStartTimes, waitUntilFinished } from './measure.js';
import type { KillPoint } from './names.js';
import type { PaymentRules } from './observations.js';
import { readAllOrders } from './read-orders.js';
import type { Kill, LatencyTargets, RehearsalReport } from './report.js';

export interface Rehearsal {
  readonly run: string;
  readonly goods: readonly Goods[];
  readonly crowd: CrowdOptions;
  readonly rules: PaymentRules;
  /** Null: as many as there are. */
  readonly customerLimit: number | null;
  readonly kills: readonly KillPoint[];
  readonly targets: LatencyTargets | null;
  /** Longer than the sweeps take to find a hold whose order never came. */
  readonly settleWithinMs: number;
}

export interface RehearsalParts
  extends Pick<SaleParts, 'client' | 'identify' | 'forge' | 'doors' | 'strike' | 'stop'> {
  readonly catalog: CatalogDeps;
  readonly voice: Voice;
  /** Breaks it off; what is under way ends soon, and this rejects. */
  readonly signal: AbortSignal;
  /** Processes that ended though nobody had asked them to. */
  readonly crashes: () => Promise<readonly string[]>;
  /** By performance.now(), for the report. */
  readonly startedAt: number;
  /** Where buyers go, for people. */
  readonly place: string;
}

/** Kafka gives up a killed consumer after 30 s, and only then its orders go on. */
const STALLED_AFTER_MS = 60_000;
/** Of a sale that was cut short: who has a quarter of an hour to pay is not waited for. */
const LONGEST_WAIT_MS = 90_000;

/**
 * Resolves with the report; the doors are closed, and everything else is as the sale has left it.
 * @throws AppError UNAVAILABLE when a store does not answer or what was killed does not come back; the abort reason
 */
export async function holdRehearsal(rehearsal: Rehearsal, parts: RehearsalParts): Promise<RehearsalReport> {
  const { goods, crowd, rules } = rehearsal;
  const { voice, signal, stop, catalog } = parts;
  const productIds = goods.map(({ productId }) => productId);
  const units = goods.reduce((sum, { quantity }) => sum + quantity, 0);

  voice.line(`opened   ${crowd.buyers} buyers for ${units} units at ${parts.place}`);
  const sale = await holdSale(
    { crowd, units, kills: rehearsal.kills },
    {
      ...parts,
      stop: AbortSignal.any([stop, signal]),
      onKill: (kill) => voice.line(killText(kill)),
      onProgress: (tally, elapsedMs) => voice.status(progressText(tally, elapsedMs, crowd.buyers)),
    },
  );
  signal.throwIfAborted();
  const { tally, kills, elapsedMs } = sale;
  voice.line(`closed   ${tally.accepted.length} orders accepted  ${(elapsedMs / 1_000).toFixed(1)} s`);
  const machine = { cores: availableParallelism(), loadAverage: Math.round((loadavg()[0] ?? 0) * 10) / 10 };

  const isWhole = !stop.aborted;
  const done = await followToLast(catalog.pool, productIds, {
    stalledAfterMs: isWhole
      ? STALLED_AFTER_MS + rules.payWithinMs
      : Math.min(STALLED_AFTER_MS + rules.payWithinMs, LONGEST_WAIT_MS),
    signal,
    onStanding: ({ held, sold }) =>
      voice.status(`follow   ${sold} units sold, ${held} held by orders under way`),
  });
  await sale.paid;
  signal.throwIfAborted();
  voice.line(done ? 'followed every order to its end' : 'followed until nothing moved any more');
  voice.status('audit    units, holds and money');
  const audit = await auditAtRest(catalog, productIds, rehearsal.settleWithinMs, signal);
  await waitUntilFinished(catalog.pool, productIds, rehearsal.settleWithinMs, signal);
  signal.throwIfAborted();
  const totalMs = performance.now() - parts.startedAt;
  return makeReport({
    ...{ run: rehearsal.run, goods, rules, tally, kills, audit, machine, totalMs },
    buyers: crowd.buyers,
    orders: await readAllOrders(catalog.pool, productIds),
    customerLimit: rehearsal.customerLimit,
    crashes: await parts.crashes(),
    targets: rehearsal.targets,
    cutShort: !isWhole,
    saleMs: elapsedMs,
    start: await readStartTimes(catalog.pool, productIds, Math.ceil(totalMs / 1_000) + 1),
  });
}

function progressText(tally: Tally, elapsedMs: number, buyers: number): string {
  const done = `${tally.buyers} of ${buyers} buyers done`;
  return `sale     ${(elapsedMs / 1_000).toFixed(0)} s: ${done}, ${tally.accepted.length} accepted, ${sumOf(tally.refused)} refused`;
}

function killText({ point, afterSeconds, backAfterSeconds }: Kill): string {
  return `killed   ${point} after ${afterSeconds} s; it was back ${backAfterSeconds} s later`;
}
