/** Loads one product from Postgres into Redis under a new epoch: the first time, and after Redis lost it. */
import { findLoadState, type LoadState } from '../postgres/find-load-state.js';
import { raiseEpoch } from '../postgres/raise-epoch.js';
import { DONE_MARK_SECONDS } from '../redis/end-hold.js';
import { createLoad, type ProductLoad } from '../redis/load.js';
import { readTotals } from '../redis/read-totals.js';
import { readServerIdentity } from '../redis/server-identity.js';
import { unload } from '../redis/unload.js';
import type { CatalogDeps } from './catalog-deps.js';

/** `superseded`: somebody else loads it under a later epoch. */
export type LoadOutcome = 'loaded' | 'superseded' | 'no-stock';

/**
 * The order of the steps is the protocol:
 * 1. raise the epoch: orders of holds made before are refused from here on (I12); with it goes into the row which Redis
 *    was asked, so that a restart at any later moment shows;
 * 2. unload: every reserve, release and settle is told "not loaded", so nothing happens in Redis until 4;
 * 3. look at Postgres in one snapshot, which knows everything that ended before 2;
 * 4. load: available = seeded − claimed, a hold for each live order, a mark for each reservation that ended: without
 *    it the hold of a resend could be settled in the place of one that was lost.
 * An order that ends between 3 and 4 keeps its hold, and the sweep of endings finds it undone (I8).
 * The product sells nothing from 1 to 4. A crash in between leaves it closed: load it again.
 * @throws AppError UNAVAILABLE; REBUILDING when Redis lost what was staged
 */
export async function loadProduct(deps: CatalogDeps, productId: string): Promise<LoadOutcome> {
  const { pool, redis, prefix } = deps;
  const server = await readServerIdentity(redis);
  const known = await readTotals(redis, prefix, productId);
  const epoch = await raiseEpoch(pool, productId, known.epoch ?? 0, server);
  if (epoch === undefined) return 'no-stock';
  if ((await unload(redis, prefix, { productId, epoch })) === 'superseded') return 'superseded';
  const state = await findLoadState(pool, productId, { endedWithinMs: DONE_MARK_SECONDS * 1_000 });
  if (!state) return 'no-stock';
  if (state.level.epoch !== epoch) return 'superseded';
  const loaded = await createLoad(redis, prefix)(toProductLoad(state));
  return loaded === 'superseded' ? 'superseded' : 'loaded';
}

function toProductLoad({ product, level, liveOrders, ended, unitsByUser }: LoadState): ProductLoad {
  return {
    productId: product.productId,
    epoch: level.epoch,
    available: level.seeded - level.claimed,
    seeded: level.seeded,
    movements: level.movements,
    price: product.price,
    active: product.active,
    revision: product.revision,
    sale: product.sale,
    holds: liveOrders.map(({ createdAt, ...order }) => ({
      ...order,
      epoch: level.epoch,
      reservedAt: createdAt,
    })),
    limits: unitsByUser,
    ended,
  };
}
