/** Lends a command what products are kept in: PostgreSQL with the tables it needs, and Redis. */
import type { CatalogDeps } from '../core/catalog/catalog-deps.js';
import type { Config } from '../core/config/schema.js';
import { checkSchema } from '../core/postgres/check-schema.js';
import type { CliContext } from './context.js';
import { withStores } from './with-stores.js';

/** @throws AppError CONFIG_INVALID, UNAVAILABLE, SCHEMA_MISSING or SCHEMA_TOO_NEW; and whatever `work` throws */
export function withCatalog<T>(
  context: CliContext,
  config: Config,
  work: (deps: CatalogDeps) => Promise<T>,
): Promise<T> {
  return withStores(context, config, async (stores) => {
    const deps = { pool: await stores.postgres(), redis: await stores.redis(), prefix: config.prefix };
    await checkSchema(deps.pool);
    return work(deps);
  });
}
