/** What the dashboard knows: plain, bounded data, replaced as a whole by the reducer. */
import type { ErrorCode } from '../../../core/errors.js';

/** The stores that are asked, each on its own: one that is away harms no other. */
export const SOURCES = ['postgres', 'redis', 'kafka', 'temporal'] as const;
export type SourceName = (typeof SOURCES)[number];

/** Why a source did not answer. UNAVAILABLE for all that waiting may mend. */
export interface Failure {
  readonly code: ErrorCode;
  /** One line. */
  readonly message: string;
}

/** Times are milliseconds of the dashboard's own clock. */
export type SourceState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'answered'; readonly at: number }
  | {
      readonly kind: 'failing';
      readonly at: number | null;
      readonly since: number;
      readonly failure: Failure;
    };

/** What one answered poll of a source cost. */
export interface PollCost {
  readonly tookMs: number;
  /** Statements, commands or requests sent; null where nobody counts them. */
  readonly calls: number | null;
}

/** One second of every role and replica added up. */
export interface SecondCounts {
  /** Unix seconds. */
  readonly second: number;
  /** Events by code, such as `accepted` or `SOLD_OUT`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Histograms by measure: bucket upper bound in ms → count. */
  readonly latency: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Units of one product by Postgres, from one snapshot. */
export interface StockLine {
  readonly productId: string;
  readonly seeded: number;
  readonly claimed: number;
  readonly held: number;
  readonly sold: number;
}

/** Units of one product by Redis; `available` is null where the product is not loaded. */
export interface RedisLine {
  readonly productId: string;
  readonly available: number | null;
  readonly heldUnits: number;
}

export interface OutboxDepth {
  readonly depth: number;
  readonly oldestAgeMs: number | null;
}

export interface StuckOrders {
  readonly count: number;
  /** True when the count stopped at its bound and there may be more. */
  readonly capped: boolean;
  readonly oldestAgeMs: number | null;
}

/** What one poll of one source brought. */
export type Sample =
  | {
      readonly source: 'postgres';
      /** Postgres's own clock, milliseconds: the seconds of role_stats are judged by it, not by this machine's. */
      readonly clock: number;
      readonly seconds: readonly SecondCounts[];
      readonly stock: readonly StockLine[];
      /** When units were last counted from every order, by the same clock; null when that took too long. */
      readonly auditedAt?: number | null;
      readonly outbox: OutboxDepth;
      readonly stuck: StuckOrders;
    }
  | { readonly source: 'redis'; readonly products: readonly RedisLine[] }
  | { readonly source: 'kafka'; readonly lag: number }
  | { readonly source: 'temporal'; readonly backlog: number };

/** A queue's length at a time, for its trend. */
export interface QueuePoint {
  readonly at: number;
  readonly value: number;
}
export type QueueName = 'outbox' | 'lag' | 'backlog';

/** A difference between Redis and Postgres, and since when it has been exactly this. */
export interface Drift {
  readonly units: number;
  readonly since: number;
}

export interface TopData {
  readonly sources: Readonly<Record<SourceName, SourceState>>;
  /** Of the last answered poll. */
  readonly costs: Readonly<Partial<Record<SourceName, PollCost>>>;
  /** Postgres's clock at its last answer, milliseconds: all figures of `seconds` are as of then. */
  readonly clock: number | null;
  /** Ascending, at most HISTORY_SECONDS of them. */
  readonly seconds: readonly SecondCounts[];
  readonly stock: readonly StockLine[];
  /** Postgres's clock when every order was last counted, milliseconds. */
  readonly auditedAt: number | null;
  readonly redis: Readonly<Record<string, RedisLine>>;
  readonly drift: Readonly<Record<string, Drift>>;
  readonly outbox: OutboxDepth | null;
  readonly stuck: StuckOrders | null;
  readonly lag: number | null;
  readonly backlog: number | null;
  readonly queues: Readonly<Record<QueueName, readonly QueuePoint[]>>;
}

export type GraphStyle = 'block' | 'braille' | 'ascii';

/** The screen's own state, apart from what was measured. */
export interface TopView {
  readonly now: number;
  readonly intervalMs: number;
  /** What was on the screen when it was paused; polling goes on behind it. */
  readonly frozen: { readonly data: TopData; readonly now: number } | null;
  readonly helpOpen: boolean;
  readonly graph: GraphStyle;
  readonly columns: number;
  readonly rows: number;
}

export interface TopState {
  readonly data: TopData;
  readonly view: TopView;
}

/** Five minutes: flat memory however long the screen stays open. */
export const HISTORY_SECONDS = 300;
export const QUEUE_POINTS = 300;

export const INTERVAL = { floorMs: 500, ceilingMs: 60_000, stepMs: 250, defaultMs: 2_000 } as const;

/** The state before the first answer. */
export function initialState(view: Partial<TopView> = {}): TopState {
  return {
    data: {
      sources: {
        postgres: { kind: 'waiting' },
        redis: { kind: 'waiting' },
        kafka: { kind: 'waiting' },
        temporal: { kind: 'waiting' },
      },
      costs: {},
      clock: null,
      seconds: [],
      stock: [],
      auditedAt: null,
      redis: {},
      drift: {},
      outbox: null,
      stuck: null,
      lag: null,
      backlog: null,
      queues: { outbox: [], lag: [], backlog: [] },
    },
    view: {
      now: 0,
      intervalMs: INTERVAL.defaultMs,
      frozen: null,
      helpOpen: false,
      graph: 'block',
      columns: 80,
      rows: 24,
      ...view,
    },
  };
}
