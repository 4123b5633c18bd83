/** What the activities need of the process that runs them. */
import type { Log } from '../../core/log.js';
import type { Relay } from '../../core/outbox/relay.js';
import type { Pool } from '../../core/postgres/create-pool.js';
import type { OrdersRedis } from '../../core/redis/create-redis.js';
import type { RoleStats } from '../../core/stats/role-stats.js';
import type { PaymentGateway } from '../payments/gateway.js';
import type { SweepTools } from './sweep-runs.js';

export interface ActivityDeps {
  readonly pool: Pool;
  readonly redis: OrdersRedis;
  /** ORDERSCTL_PREFIX, which names keys and channels. */
  readonly prefix: string;
  readonly gateway: PaymentGateway;
  readonly relay: Pick<Relay, 'offer'>;
  readonly stats: Pick<RoleStats, 'count' | 'observe'>;
  readonly log: Log;
  /** Age in ms at which a hold without an order is swept. */
  readonly holdSweepAgeMs: number;
  readonly sweeps: SweepTools;
}

/** Orders in one set-based call: in batches of 200, endings hardly show beside the accepts of a sale. */
export const MAX_BATCH = 200;
/** Above the worker's slots for activities, which bound how many calls there can be. */
export const MAX_QUEUE = 2_000;
