/** Counts what a role does and writes it once a second, so that rates of all replicas add up and survive a restart. */
import type { Log } from '../log.js';
import type { Role } from '../names.js';
import type { Db } from '../postgres/db.js';
import { insertRoleStats, type RoleStatsRow } from '../postgres/insert-role-stats.js';
import { latencyBound } from './latency-buckets.js';

export interface RoleStats {
  /**
   * @param code what happened, a name fixed in code such as `published` or `SOLD_OUT`
   * @param productId of the order it happened to, when there is one
   */
  count(code: string, productId?: string, n?: number): void;
  /** @param measure what took that long, a name fixed in code such as `accept` or `start` */
  observe(measure: string, ms: number, productId?: string): void;
  /** Writes from now on, and gives a sign of life, the code `alive`, at once and every ten seconds. */
  start(): void;
  /** Writes what is left, once; counting goes on working but is not written any more. */
  stop(): Promise<void>;
}

/** Gets a copy of every figure: the Prometheus side of the same numbers. */
export interface StatsMirror {
  count(code: string, n: number): void;
  observe(measure: string, ms: number): void;
}

export interface RoleStatsOptions {
  readonly pool: Db;
  readonly role: Role;
  /** Tells replicas apart: `replicaName()`. */
  readonly replica: string;
  readonly log: Log;
  readonly mirror?: StatsMirror;
  /** For tests; ms since 1970. */
  readonly now?: () => number;
}

/** Ids come from buyers too: beyond this many in a second, the rest is counted without a product. */
const PRODUCTS_PER_SECOND = 200;
/** About as many rows as two minutes of a busy replica; older seconds are given up first while Postgres is away. */
const ROWS_KEPT = 2_000;
const ROWS_PER_INSERT = 500;
/** A second is written this long after its end: whoever is killed loses the one that was not over. */
const AFTER_SECOND_MS = 10;
/** Seconds between two signs of life: a replica that has nothing to do is told from one that is gone. */
const ALIVE_EVERY = 10;

interface Figures {
  readonly counts: Record<string, number>;
  readonly latency: Record<string, Record<string, number>>;
}

/** Figures are for watching, never worth an order: nothing here throws or waits on the caller's path. */
export function createRoleStats(options: RoleStatsOptions): RoleStats {
  const now = options.now ?? Date.now;
  const { pool, role, replica, log, mirror } = options;
  let second = 0;
  let current = new Map<string, Figures>();
  let closed: RoleStatsRow[] = [];
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ticks = 0;
  let failing = false;

  function figuresOf(productId: string): Figures {
    const thisSecond = Math.floor(now() / 1_000);
    if (thisSecond !== second) {
      closeSecond();
      second = thisSecond;
    }
    const key = current.has(productId) || current.size < PRODUCTS_PER_SECOND ? productId : '';
    let figures = current.get(key);
    if (!figures) current.set(key, (figures = { counts: {}, latency: {} }));
    return figures;
  }

  function closeSecond(): void {
    for (const [productId, figures] of current) {
      closed.push({ role, replica, productId, second: new Date(second * 1_000), ...figures });
    }
    current = new Map();
    if (closed.length > ROWS_KEPT) closed = closed.slice(-ROWS_KEPT);
  }

  async function write(): Promise<void> {
    while (closed.length > 0) {
      const rows = closed.splice(0, ROWS_PER_INSERT);
      try {
        await insertRoleStats(pool, rows);
        failing = false;
      } catch (error) {
        closed = [...rows, ...closed].slice(-ROWS_KEPT);
        if (!failing) log.warn({ err: error }, 'figures are kept in memory until Postgres takes them');
        failing = true;
        return;
      }
    }
  }

  function writeOnce(): Promise<void> {
    writing ??= write().finally(() => (writing = undefined));
    return writing;
  }

  /** At the turn of each second by the clock that names it; a timer of one second would be late by up to another. */
  function scheduleTick(): void {
    timer = setTimeout(tick, 1_000 - (now() % 1_000) + AFTER_SECOND_MS);
    timer.unref();
  }

  function tick(): void {
    scheduleTick();
    ticks += 1;
    if (ticks % ALIVE_EVERY === 0) giveSign();
    // Only seconds that are over, so that each is written exactly once.
    if (Math.floor(now() / 1_000) !== second) closeSecond();
    void writeOnce();
  }

  /** Not for the mirror: Prometheus sees by itself who answers. */
  function giveSign(): void {
    figuresOf('').counts['alive'] = 1;
  }

  return {
    count(code, productId = '', n = 1) {
      const { counts } = figuresOf(productId);
      counts[code] = (counts[code] ?? 0) + n;
      mirror?.count(code, n);
    },
    observe(measure, ms, productId = '') {
      const { latency } = figuresOf(productId);
      const histogram = (latency[measure] ??= {});
      const bound = latencyBound(ms);
      histogram[bound] = (histogram[bound] ?? 0) + 1;
      mirror?.observe(measure, ms);
    },
    start() {
      if (timer) return;
      giveSign();
      scheduleTick();
    },
    async stop() {
      clearTimeout(timer);
      timer = undefined;
      closeSecond();
      await writing;
      await writeOnce();
    },
  };
}
