/** One measurement of everything, as scripts read it: the line of `top --json`, and what every frame is drawn from. */
import type { ErrorCode } from '../../../core/errors.js';
import type { SaleState } from '../../../core/postgres/sale-row.js';
import { findBottleneck, type Bottleneck } from './bottleneck.js';
import { findAttention, type Attention } from './attention.js';
import { settledDrift } from './drift.js';
import { ACCEPT_LATENCY, CONFIRM_LATENCY, START_LATENCY, type Figure } from './figures.js';
import { SOURCES, type PollCost, type SourceName, type SourceState, type TopData } from './model.js';
import { secondsToZero } from './pace.js';
import {
  RATE_WINDOW_SECONDS,
  rateWindowEnd,
  toPercentiles,
  toRates,
  toRefusals,
  type Percentiles,
} from './rates.js';
import { summarizeSales, type SaleSummary } from './sale-summary.js';

/** Additive changes only; null stands for "not known yet". */
export interface TopSnapshot {
  readonly schemaVersion: 1;
  readonly at: string;
  /** Per second over `windowSeconds`, all replicas together. */
  readonly rates:
    | (Readonly<Record<Figure, number>> & {
        readonly windowSeconds: number;
        /** Where the window ends, exclusive, by Postgres's clock. */
        readonly until: string | null;
        readonly refusedByCode: Readonly<Record<string, number>>;
      })
    | null;
  /**
   * Upper bounds of histogram buckets: `accept` of POST /orders, `start` from the 202 to the started saga, `confirm`
   * from the 202 to the paid and confirmed order.
   */
  readonly latency: Readonly<Record<'accept' | 'start' | 'confirm', Percentiles | null>>;
  readonly pipeline: {
    /** Events that Kafka has not acknowledged yet. */
    readonly outboxDepth: number | null;
    readonly outboxOldestAgeMs: number | null;
    /** Reservations that consume has not taken from Kafka yet. */
    readonly kafkaLag: number | null;
    /** Tasks that wait in Temporal for a worker. */
    readonly temporalBacklog: number | null;
    /** Orders PENDING for longer than a minute. */
    readonly stuckOrders: number | null;
    readonly stuckOldestAgeMs: number | null;
    readonly bottleneck: Bottleneck | null;
  };
  readonly products: readonly ProductFigures[];
  /** Since `conserved` was last established from every order, which many orders make seldom; null when it was not. */
  readonly auditAgeMs: number | null;
  /** Of all products together; null when not known. */
  readonly sale: SaleSummary | null;
  readonly deadLetters: { readonly stored: number; readonly undecided: number } | null;
  readonly attention: readonly Attention[];
  readonly sources: Readonly<Record<SourceName, SourceFigures>>;
}

/** seeded = available + held + sold, or `conserved` is false. */
export interface ProductFigures {
  readonly productId: string;
  readonly seeded: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  /** Redis's counter; null when Redis has not answered or the product is not loaded there. */
  readonly redisAvailable: number | null;
  /** False where buyers of this product get 503 because Redis does not have it; null when not known. */
  readonly redisLoaded: boolean | null;
  /** Units that Redis has too many, or too few below zero; null while the figures move. `audit` measures exactly. */
  readonly redisDrift: number | null;
  readonly conserved: boolean;
  /** OPEN, PAUSED or CLOSED in Postgres; null when not known. */
  readonly sale: SaleState | null;
  /** Orders that nobody has begun for a minute, or that are past their time to pay; counted to a bound, null when not known. */
  readonly stuckOrders: number | null;
  /** Until all are claimed at the pace of the last half minute; null when nothing goes. */
  readonly secondsToZero: number | null;
}

export interface SourceFigures {
  readonly state: SourceState['kind'];
  /** From when on it has been failing; null when it is not. */
  readonly since: string | null;
  /** Since the last answer. */
  readonly ageMs: number | null;
  /** Since the first of the failures in a row; null while it answers. */
  readonly failingForMs: number | null;
  readonly code: ErrorCode | null;
  readonly error: string | null;
  /** Of the last answered poll, from asking to having the answer. */
  readonly tookMs: number | null;
  /** Statements, commands or requests to the store meanwhile; open views may have had a part in them. */
  readonly calls: number | null;
}

/**
 * @param now milliseconds of the dashboard's clock
 * @param commandIn makes a command reach the same place as this dashboard
 */
export function toSnapshot(
  data: TopData,
  now: number,
  commandIn: (command: string | null) => string | null = (command) => command,
): TopSnapshot {
  const rates = toRates(data);
  const { letters } = data.looks;
  return {
    schemaVersion: 1,
    at: new Date(now).toISOString(),
    rates: rates && {
      ...rates,
      windowSeconds: RATE_WINDOW_SECONDS,
      until: toIso(rateWindowEnd(data)),
      refusedByCode: Object.fromEntries(toRefusals(data)),
    },
    latency: {
      accept: toPercentiles(data, ACCEPT_LATENCY),
      start: toPercentiles(data, START_LATENCY),
      confirm: toPercentiles(data, CONFIRM_LATENCY),
    },
    pipeline: {
      outboxDepth: data.outbox?.depth ?? null,
      outboxOldestAgeMs: data.outbox?.oldestAgeMs ?? null,
      kafkaLag: data.lag,
      temporalBacklog: data.backlog,
      stuckOrders: data.stuck?.count ?? null,
      stuckOldestAgeMs: data.stuck?.oldestAgeMs ?? null,
      bottleneck: findBottleneck(data, now),
    },
    products: toProducts(data, now),
    auditAgeMs: data.clock === null || data.auditedAt === null ? null : data.clock - data.auditedAt,
    sale: summarizeSales(data, now),
    deadLetters: letters && { stored: letters.stored, undecided: letters.open },
    attention: findAttention(data, now).map((one) => ({ ...one, command: commandIn(one.command) })),
    sources: Object.fromEntries(
      SOURCES.map((name) => [name, toSourceFigures(data.sources[name], now, data.costs[name])]),
    ) as TopSnapshot['sources'],
  };
}

function toProducts(data: TopData, now: number): ProductFigures[] {
  const { catalog } = data.looks;
  const sales = new Map(catalog?.sales.map((sale) => [sale.productId, sale.state]));
  const troubled = new Map(catalog?.troubled.map((one) => [one.productId, one.pending + one.overdue]));
  return data.stock.map((line) => {
    const redis = data.redis[line.productId];
    return {
      productId: line.productId,
      seeded: line.seeded,
      available: line.seeded - line.claimed,
      held: line.held,
      sold: line.sold,
      redisAvailable: redis?.available ?? null,
      redisLoaded: redis ? redis.available !== null : null,
      redisDrift: settledDrift(data, line.productId, now),
      conserved: line.claimed === line.held + line.sold,
      sale: sales.get(line.productId) ?? null,
      stuckOrders: catalog ? (troubled.get(line.productId) ?? 0) : null,
      secondsToZero: secondsToZero(data, line),
    };
  });
}

export function toSourceFigures(source: SourceState, now: number, cost?: PollCost): SourceFigures {
  return {
    state: source.kind,
    since: source.kind === 'failing' ? toIso(source.since) : null,
    ageMs: source.kind === 'waiting' || source.at === null ? null : Math.max(0, now - source.at),
    failingForMs: source.kind === 'failing' ? Math.max(0, now - source.since) : null,
    code: source.kind === 'failing' ? source.failure.code : null,
    error: source.kind === 'failing' ? source.failure.message : null,
    tookMs: cost?.tookMs ?? null,
    calls: cost?.calls ?? null,
  };
}

function toIso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
