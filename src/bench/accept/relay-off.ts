/** The accept path without its relay: what handing over to Kafka costs is the difference. */
import type { Log } from '../../core/log.js';
import { createPool } from '../../core/postgres/create-pool.js';
import { runMigrations } from '../../core/postgres/run-migrations.js';
import type { Stack } from '../../dev/start-stack.js';
import {
  createAcceptBatcher,
  type AcceptBatcher,
  type AcceptBatcherOptions,
} from '../../server/accept/accept-batcher.js';
import { seedBench } from './seed-bench.js';

const DATABASE = 'ordersctl_bench_relay_off';
const PREFIX = 'relay-off';
const NO_BROKER = '127.0.0.1:1';
const NO_LIMIT = '100000000';

/** Everything but the hand-over: its events stay in the outbox. */
export function createUnrelayedBatcher(options: AcceptBatcherOptions): AcceptBatcher {
  return createAcceptBatcher({ ...options, offer: () => undefined });
}

/**
 * A database of its own, with the goods: in that of the others their relays would find and send its events.
 * @returns environment of the server, on top of the stack's
 * @throws AppError UNAVAILABLE
 */
export async function prepareRelayOff(stack: Stack, log: Log): Promise<Readonly<Record<string, string>>> {
  const url = new URL(stack.env['DATABASE_URL'] ?? '');
  const connect = (to: URL) =>
    createPool({ url: to.href, applicationName: 'ordersctl-bench', max: 2, statementTimeoutMs: 0 }, log);
  const server = connect(url);
  try {
    await server.query(`create database ${DATABASE}`);
  } finally {
    await server.end();
  }
  url.pathname = `/${DATABASE}`;
  const pool = connect(url);
  try {
    await runMigrations(pool, log);
    await seedBench(pool, stack, log, PREFIX);
  } finally {
    await pool.end();
  }
  return {
    DATABASE_URL: url.href,
    ORDERSCTL_PREFIX: PREFIX,
    KAFKA_BROKERS: NO_BROKER,
    ORDERSCTL_OUTBOX_MAX_DEPTH: NO_LIMIT,
  };
}
