/** What it takes to move orders: their stores, and whom to tell. */
import type { CatalogDeps } from '../catalog/catalog-deps.js';
import type { Log } from '../log.js';
import type { Relay } from '../outbox/relay.js';
import type { RoleStats } from '../stats/role-stats.js';

export interface OrderDeps extends CatalogDeps {
  readonly relay: Pick<Relay, 'offer'>;
  readonly stats: Pick<RoleStats, 'count'>;
  readonly log: Log;
}

/** Orders in one set-based call: in batches of 200, endings hardly show beside the accepts of a sale. */
export const MAX_BATCH = 200;
/** Calls that wait for a batch; further ones are refused. */
export const MAX_QUEUE = 2_000;
