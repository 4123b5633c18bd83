/** Rebuilds products that Redis has lost: few at a time, each until it is done, so that the others go on selling. */
import { createBackOff, type BackOff } from '../../core/back-off.js';
import type { RestoreOutcome } from '../../core/catalog/restore-product.js';
import type { Log } from '../../core/log.js';
import type { RoleStats } from '../../core/stats/role-stats.js';

/** How a product got out of the queue. */
export type Rebuilt = Exclude<RestoreOutcome, 'busy'>;

export interface ProductRebuilder {
  /** Has the product looked at and, unless it is in step, rebuilt. Returns at once; one that waits already goes on. */
  add(productId: string): void;
  /** Products that wait or are being rebuilt. */
  pending(): number;
  /** Ends those under way, forgets the others. */
  stop(): Promise<void>;
}

export interface ProductRebuilderOptions {
  /** Safe to call at any time and from any number of processes. */
  readonly restore: (productId: string) => Promise<RestoreOutcome>;
  readonly onDone: (productId: string, outcome: Rebuilt) => void;
  /** Nothing waits and nothing is being rebuilt any more. */
  readonly onIdle: () => void;
  readonly stats: Pick<RoleStats, 'count' | 'observe'>;
  readonly log: Log;
}

/** Each takes two connections. Replicas share the products between them: what one is at, the other leaves. */
const AT_ONCE = 2;
/** While somebody else loads the product, or a store is away. */
const RETRY_PAUSES = { firstMs: 50, maxMs: 2_000 };
/** A product just done is left alone for so long; longer when it needs rebuilding over and over (a split Redis). */
const REST_PAUSES = { firstMs: 250, maxMs: 5_000 };
/** Without being rebuilt for so long, it begins with the shortest rest again. */
const CALM_MS = 60_000;
/** Memory of rests is bounded; forgetting one costs a look. */
const RESTS_KEPT = 10_000;

interface Job {
  readonly productId: string;
  readonly since: number;
  readonly retries: BackOff;
  notBefore: number;
  failures: number;
}

interface Rest {
  until: number;
  readonly pauses: BackOff;
  rebuiltAt: number;
}

export function createProductRebuilder(options: ProductRebuilderOptions): ProductRebuilder {
  const { log, stats } = options;
  const waiting = new Map<string, Job>();
  const running = new Map<string, Promise<void>>();
  const rests = new Map<string, Rest>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  /** Starts what is due, and comes back for the next. */
  function pump(): void {
    clearTimeout(timer);
    timer = undefined;
    if (stopped) return;
    const now = performance.now();
    let next = Infinity;
    for (const job of waiting.values()) {
      if (running.size >= AT_ONCE) return;
      if (job.notBefore > now) {
        next = Math.min(next, job.notBefore);
        continue;
      }
      waiting.delete(job.productId);
      running.set(
        job.productId,
        run(job).finally(() => {
          running.delete(job.productId);
          pump();
          if (!stopped && running.size + waiting.size === 0) options.onIdle();
        }),
      );
    }
    if (next < Infinity) timer = setTimeout(pump, next - now);
  }

  async function run(job: Job): Promise<void> {
    const { productId } = job;
    const startedAt = performance.now();
    try {
      const outcome = await options.restore(productId);
      if (outcome === 'busy') return again(job);
      rest(productId, outcome);
      if (outcome === 'rebuilt') {
        stats.count('rebuilt', productId);
        stats.observe('rebuild', performance.now() - startedAt, productId);
        const closedMs = Math.round(performance.now() - job.since);
        log.info({ productId, closedMs }, 'the product was rebuilt in Redis and sells again');
      }
      options.onDone(productId, outcome);
    } catch (error) {
      job.failures += 1;
      const level = job.failures === 1 ? 'warn' : 'debug';
      log[level]({ err: error, productId }, 'the product could not be rebuilt yet; trying on');
      again(job);
    }
  }

  /** Back to the end of the queue: the others come first. */
  function again(job: Job): void {
    job.notBefore = performance.now() + job.retries.next();
    waiting.set(job.productId, job);
  }

  function rest(productId: string, outcome: Rebuilt): void {
    const now = performance.now();
    if (rests.size >= RESTS_KEPT) rests.clear();
    const known = rests.get(productId) ?? { until: 0, pauses: createBackOff(REST_PAUSES), rebuiltAt: 0 };
    if (now - known.rebuiltAt > CALM_MS) known.pauses.reset();
    if (outcome === 'rebuilt') known.rebuiltAt = now;
    known.until = now + (outcome === 'rebuilt' ? known.pauses.next() : REST_PAUSES.firstMs);
    rests.set(productId, known);
  }

  return {
    add(productId) {
      if (stopped || waiting.has(productId) || running.has(productId)) return;
      const now = performance.now();
      waiting.set(productId, {
        productId,
        since: now,
        retries: createBackOff(RETRY_PAUSES),
        notBefore: rests.get(productId)?.until ?? now,
        failures: 0,
      });
      pump();
    },
    pending: () => waiting.size + running.size,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      waiting.clear();
      await Promise.all(running.values());
    },
  };
}
