/** What the dashboard knows: plain, bounded data, replaced as a whole by the reducer. */
import type { ErrorCode } from '../../../core/errors.js';
import { DETAILS, type DetailName, type DetailSample, type Looks } from './details.js';
import type { Dialog } from './dialog.js';
import { EMPTY_LIST, type ListState } from './list.js';
import type { PacePoint } from './pace.js';
import { SCREENS, type ScreenName } from './screens.js';

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
  | { readonly source: 'temporal'; readonly backlog: number }
  | DetailSample;

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

/** What the dashboard noticed, for the view that tells what happened while nobody looked. */
export interface LogEntry {
  /** Rises by one: its id in the list. */
  readonly number: number;
  /** Milliseconds of the dashboard's clock. */
  readonly at: number;
  readonly severity: 'bad' | 'warning' | 'good' | 'info';
  /** One line. */
  readonly text: string;
}

export interface TopData {
  readonly sources: Readonly<Record<SourceName, SourceState>>;
  /** Of the last answered poll. */
  readonly costs: Readonly<Partial<Record<SourceName, PollCost>>>;
  /** How what is looked at beside them is doing. */
  readonly details: Readonly<Record<DetailName, SourceState>>;
  /** Its last answer; null before the first. */
  readonly looks: { readonly [Name in DetailName]: Looks[Name] | null };
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
  /** Of each product, what was claimed at times of the last half minute. */
  readonly pace: Readonly<Record<string, readonly PacePoint[]>>;
  /** Dead letters ever written by the first look at them; null before it. */
  readonly lettersAtStart: number | null;
  /** Newest first, at most LOG_ENTRIES of them. */
  readonly log: readonly LogEntry[];
}

export type GraphStyle = 'block' | 'braille' | 'ascii';

/** The screen's own state, apart from what was measured. */
export interface TopView {
  readonly now: number;
  readonly intervalMs: number;
  /** What was on the screen when it was paused; polling goes on behind it. */
  readonly frozen: { readonly data: TopData; readonly now: number } | null;
  readonly helpOpen: boolean;
  /** The first line of the help on the screen. */
  readonly helpTop: number;
  readonly graph: GraphStyle;
  readonly columns: number;
  readonly rows: number;
  readonly screen: ScreenName;
  readonly lists: Readonly<Record<ScreenName, ListState>>;
  /** What is typed goes into the filter of the list. */
  readonly typingFilter: boolean;
  readonly problemsOnly: boolean;
  readonly wide: boolean;
  /** The order whose timeline is shown, and the first line of it on the screen. */
  readonly drill: { readonly orderId: string; readonly top: number } | null;
  readonly dialog: Dialog | null;
  /** A sentence in the last line for a while: what a key did, or why it did nothing. */
  readonly notice: { readonly text: string; readonly until: number; readonly bad: boolean } | null;
}

export interface TopState {
  readonly data: TopData;
  readonly view: TopView;
}

/** What is drawn: the picture of the moment when it was paused, or the newest one. */
export function shownOf({ data, view }: TopState): { readonly data: TopData; readonly now: number } {
  return view.frozen ?? { data, now: view.now };
}

/** Five minutes: flat memory however long the screen stays open. */
export const HISTORY_SECONDS = 300;
export const QUEUE_POINTS = 300;
export const LOG_ENTRIES = 300;

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
      details: ofEach(DETAILS, () => ({ kind: 'waiting' })),
      looks: { catalog: null, letters: null, orders: null, stuck: null, partitions: null, order: null },
      pace: {},
      lettersAtStart: null,
      log: [],
    },
    view: {
      now: 0,
      intervalMs: INTERVAL.defaultMs,
      frozen: null,
      helpOpen: false,
      helpTop: 0,
      graph: 'block',
      columns: 80,
      rows: 24,
      screen: 'overview',
      lists: ofEach(SCREENS, () => EMPTY_LIST),
      typingFilter: false,
      problemsOnly: false,
      wide: false,
      drill: null,
      dialog: null,
      notice: null,
      ...view,
    },
  };
}

function ofEach<Name extends string, T>(names: readonly Name[], make: () => T): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, make()])) as Record<Name, T>;
}
