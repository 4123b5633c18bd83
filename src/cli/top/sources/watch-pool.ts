/** The few connections to Postgres that a source watches through. */
import type { ConfigWith } from '../../../core/config/require-settings.js';
import type { Log } from '../../../core/log.js';
import { createPool, type Pool } from '../../../core/postgres/create-pool.js';

/** Watching must not cost a sale a slow statement for longer than the next poll takes to come. */
const STATEMENT_TIMEOUT_MS = 2_500;

/** @param max connections: a sale needs them more */
export function createWatchPool(config: ConfigWith<'databaseUrl'>, max: number, log: Log): Pool {
  return createPool(
    {
      url: config.databaseUrl,
      applicationName: 'ordersctl-top',
      max,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    },
    log,
  );
}
