/** What it takes to move orders: their stores, and whom to tell. */
import type { Log } from '../log.js';
import type { Relay } from '../outbox/relay.js';
import type { Db } from '../postgres/db.js';
import type { OrdersRedis } from '../redis/create-redis.js';
import type { RoleStats } from '../stats/role-stats.js';

export interface OrderDeps {
  readonly pool: Db;
  readonly redis: OrdersRedis;
  /** ORDERSCTL_PREFIX, which names keys and channels. */
  readonly prefix: string;
  readonly relay: Pick<Relay, 'offer'>;
  readonly stats: Pick<RoleStats, 'count'>;
  readonly log: Log;
}

/** Orders in one set-based call: in batches of 200, endings hardly show beside the accepts of a sale. */
export const MAX_BATCH = 200;
/** Calls that wait for a batch; further ones are refused. */
export const MAX_QUEUE = 2_000;
