/** Whether Redis holds what Postgres believes to have loaded into it. */
import { findLoads, type RecordedLoad } from '../postgres/find-loads.js';
import { readTotals } from '../redis/read-totals.js';
import { readServerIdentity } from '../redis/server-identity.js';
import type { CatalogDeps } from './catalog-deps.js';
import { inParallel } from '../in-parallel.js';

/**
 * `not-loaded`: Redis does not hold the product. `other-epoch`: it holds it under an epoch whose orders are refused, as
 * an older copy of its data does. `other-server`: it has restarted, failed over or was exchanged since the load, and
 * may have lost what came after.
 */
export type LoadState = 'in-step' | 'not-loaded' | 'other-epoch' | 'other-server';

export interface LookedAt {
  readonly productId: string;
  readonly state: LoadState;
}

/** Products at once; the client sends what is asked in the same moment together. */
const WIDTH = 32;

/**
 * A look at moving things: a product that is just being loaded may show any state. Decide under the load lock.
 * @param productIds only these; all products with stock when left out
 * @returns those found in Postgres, the ones that sold last first
 * @throws AppError UNAVAILABLE
 */
export async function lookAtLoads(deps: CatalogDeps, productIds?: readonly string[]): Promise<LookedAt[]> {
  const loads = await findLoads(deps.pool, productIds);
  const server = await readServerIdentity(deps.redis);
  return inParallel(loads, WIDTH, async (load) => {
    const { available, epoch } = await readTotals(deps.redis, deps.prefix, load.productId);
    return { productId: load.productId, state: stateOf(load, { server, available, epoch }) };
  });
}

/** True when a product loaded into another Redis than the one that answers now; false when Redis does not tell. */
export function isOtherServer(load: RecordedLoad, server: string | null): boolean {
  return server !== null && load.redisServer !== server;
}

function stateOf(
  load: RecordedLoad,
  redis: { server: string | null; available: number | null; epoch: number | null },
): LoadState {
  if (redis.available === null) return 'not-loaded';
  if (redis.epoch !== load.epoch) return 'other-epoch';
  return isOtherServer(load, redis.server) ? 'other-server' : 'in-step';
}
