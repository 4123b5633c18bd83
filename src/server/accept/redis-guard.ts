/**
 * Notices that Redis has lost data, keeps the products concerned closed and has them rebuilt. Three signs: another server
 * answers (restart, failover, older copy), Redis does not hold a product, Postgres refuses an epoch.
 */
import { createBackOff, pause } from '../../core/back-off.js';
import type { CatalogDeps } from '../../core/catalog/catalog-deps.js';
import { isOtherServer, lookAtLoads } from '../../core/catalog/look-at-loads.js';
import { restoreProduct } from '../../core/catalog/restore-product.js';
import type { Log } from '../../core/log.js';
import { findLoads } from '../../core/postgres/find-loads.js';
import { readServerIdentity } from '../../core/redis/server-identity.js';
import type { RoleStats } from '../../core/stats/role-stats.js';
import { createProductRebuilder } from './rebuild-products.js';

export interface RedisGuard {
  /**
   * True while what Redis says of the product is not to be trusted: ask before a reserve, which spares it, and again
   * after it, because the server may have been exchanged meanwhile.
   */
  isClosed(productId: string): boolean;
  /** The product is not loaded, or its epoch was refused: has it looked at and rebuilt. Returns at once. */
  suspect(productId: string): void;
  /** Resolves after the first comparison with Postgres, whether or not that worked. */
  start(): Promise<void>;
  /** Products that wait for their rebuild, or are in it. */
  rebuilding(): number;
  stop(): Promise<void>;
}

export interface RedisGuardParts {
  /** `redis` is the connection that orders are reserved on: its reconnects are watched. */
  readonly catalog: CatalogDeps;
  readonly stats: Pick<RoleStats, 'count' | 'observe'>;
  readonly log: Log;
}

const COMPARE_PAUSES = { firstMs: 50, maxMs: 2_000 };

export function createRedisGuard({ catalog, stats, log }: RedisGuardParts): RedisGuard {
  const { redis, pool } = catalog;
  /** Products that were loaded into another server than the one that answers. */
  const suspects = new Set<string>();
  let trusted: string | null | undefined;
  /** True from another server's first word until it is known which products it must not be trusted with. */
  let comparing = true;
  /** Ends the comparison of a connection when the next one is there. */
  let superseded = new AbortController();
  let comparisons: Promise<unknown> = Promise.resolve();
  let hasRebuilt = false;
  let looking: Promise<void> | undefined;

  const rebuilder = createProductRebuilder({
    restore: (productId) => restoreProduct(catalog, productId),
    onDone(productId, outcome) {
      suspects.delete(productId);
      hasRebuilt ||= outcome === 'rebuilt';
    },
    onIdle() {
      // What was lost with these products was seldom alone: FLUSHALL takes all.
      if (hasRebuilt) looking ??= lookAround();
      hasRebuilt = false;
    },
    stats,
    log,
  });

  function onReady(): void {
    superseded.abort();
    superseded = new AbortController();
    comparisons = Promise.all([comparisons, compareUntilKnown(superseded.signal)]);
  }

  async function compareUntilKnown(signal: AbortSignal): Promise<void> {
    const backOff = createBackOff(COMPARE_PAUSES);
    while (!signal.aborted) {
      try {
        return await compare(signal);
      } catch (error) {
        comparing = true;
        log.debug(
          { err: error },
          'whether Redis has lost data is not known yet; orders are refused until it is',
        );
        await pause(backOff.next(), signal);
      }
    }
  }

  /**
   * The first question on a new connection: its reply is read before that of any reserve. Whoever asks `isClosed` after
   * a reserve therefore knows whether another server has answered it.
   */
  async function compare(signal: AbortSignal): Promise<void> {
    const server = await readServerIdentity(redis);
    if (signal.aborted) return;
    if (server !== trusted) {
      comparing = true;
      const elsewhere = (await findLoads(pool)).filter((load) => isOtherServer(load, server));
      if (signal.aborted) return;
      for (const { productId } of elsewhere) {
        suspects.add(productId);
        rebuilder.add(productId);
      }
      if (elsewhere.length > 0) {
        log.warn({ products: elsewhere.length, server }, 'another Redis answers; its products are rebuilt');
      }
      trusted = server;
    }
    comparing = false;
  }

  async function lookAround(): Promise<void> {
    try {
      for (const { productId, state } of await lookAtLoads(catalog)) {
        if (state !== 'in-step') rebuilder.add(productId);
      }
    } catch (error) {
      log.debug({ err: error }, 'the other products are looked at when somebody asks for them');
    } finally {
      looking = undefined;
    }
  }

  return {
    isClosed: (productId) => comparing || (suspects.size > 0 && suspects.has(productId)),
    suspect: (productId) => rebuilder.add(productId),
    async start() {
      redis.on('ready', onReady);
      try {
        await compare(superseded.signal);
      } catch {
        onReady();
      }
    },
    rebuilding: () => rebuilder.pending(),
    async stop() {
      redis.off('ready', onReady);
      superseded.abort();
      await Promise.all([comparisons, looking, rebuilder.stop()]);
    },
  };
}
