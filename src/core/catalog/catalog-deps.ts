/** What the catalog services work with. */
import type { Pool } from '../postgres/create-pool.js';
import type { OrdersRedis } from '../redis/create-redis.js';

export interface CatalogDeps {
  readonly pool: Pool;
  readonly redis: OrdersRedis;
  readonly prefix: string;
}
