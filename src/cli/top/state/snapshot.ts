/** One measurement of everything, as scripts read it: the line of `top --json`, and what every frame is drawn from. */
import type { ErrorCode } from '../../../core/errors.js';
import { findBottleneck, type Bottleneck } from './bottleneck.js';
import { findAttention, type Attention } from './attention.js';
import { settledDrift } from './drift.js';
import { ACCEPT_LATENCY, CONFIRM_LATENCY, START_LATENCY, type Figure } from './figures.js';
import { SOURCES, type SourceName, type SourceState, type TopData } from './model.js';
import {
  RATE_WINDOW_SECONDS,
  rateWindowEnd,
  toPercentiles,
  toRates,
  toRefusals,
  type Percentiles,
} from './rates.js';

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
}

export interface SourceFigures {
  readonly state: SourceState['kind'];
  /** From when on it has been failing; null when it is not. */
  readonly since: string | null;
  /** Since the last answer. */
  readonly ageMs: number | null;
  readonly code: ErrorCode | null;
  readonly error: string | null;
  /** Of the last answered poll, from asking to having the answer. */
  readonly tookMs: number | null;
  /** Statements, commands or requests that it took. */
  readonly calls: number | null;
}

/** @param now milliseconds of the dashboard's clock */
export function toSnapshot(data: TopData, now: number): TopSnapshot {
  const rates = toRates(data);
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
    attention: findAttention(data, now),
    sources: Object.fromEntries(
      SOURCES.map((name) => [name, toSourceFigures(data, name, now)]),
    ) as TopSnapshot['sources'],
  };
}

function toProducts(data: TopData, now: number): ProductFigures[] {
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
    };
  });
}

function toSourceFigures(data: TopData, name: SourceName, now: number): SourceFigures {
  const source = data.sources[name];
  return {
    state: source.kind,
    since: source.kind === 'failing' ? toIso(source.since) : null,
    ageMs: source.kind === 'waiting' || source.at === null ? null : Math.max(0, now - source.at),
    code: source.kind === 'failing' ? source.failure.code : null,
    error: source.kind === 'failing' ? source.failure.message : null,
    tookMs: data.costs[name]?.tookMs ?? null,
    calls: data.costs[name]?.calls ?? null,
  };
}

function toIso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
