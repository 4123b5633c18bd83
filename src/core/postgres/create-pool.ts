/** The one place that opens connections to PostgreSQL: every wait has an end, every connection an error listener. */
import { Socket } from 'node:net';
import pg from 'pg';
import type { Log } from '../log.js';
import { timeStoreCall } from '../store-calls.js';
import type { Db, QueryResult, Statement } from './db.js';
import { toPostgresError } from './postgres-errors.js';

/** One connection, taken from the pool for a transaction. */
export interface PoolClient extends Db {
  /** Gives the connection back; with `true` it is closed, because its state is unknown. */
  release(destroy?: boolean): void;
}

/** A bounded set of connections. Its `query` takes one connection for one statement. */
export interface Pool extends Db {
  /** Connections at most. */
  readonly max: number;
  connect(): Promise<PoolClient>;
  /** Closes all connections, waiting for those in use. Safe to call again. */
  end(): Promise<void>;
  /** Connections open, unused and waited for, for metrics. */
  counts(): { readonly total: number; readonly idle: number; readonly waiting: number };
}

export interface PoolOptions {
  readonly url: string;
  /** Shows in pg_stat_activity, such as `ordersctl-serve`. */
  readonly applicationName: string;
  /** Connections at most. Accepts gain nothing from more than two. */
  readonly max?: number;
  /** Longest statement, ended by the server; 0 for no limit (migrations). */
  readonly statementTimeoutMs?: number;
  /** Longest wait for one lock, ended by the server. */
  readonly lockTimeoutMs?: number;
  /** Longest pause between two statements of a transaction, ended by the server. */
  readonly idleTransactionTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Above the server's own limits, so that it is the server that ends a slow statement, with a proper error. */
const SILENCE_MARGIN_MS = 2_000;
/** Below any limit of silence, so that unused connections are closed in good order. */
const UNUSED_TIMEOUT_MS = 10_000;
/** Recycled, so that connections spread again over servers that came back. */
const MAX_LIFETIME_SECONDS = 1_800;

/**
 * Opens no connection yet. All limits are the server's: a client-side query timeout would hand a connection with a
 * statement still running to the next caller.
 */
export function createPool(options: PoolOptions, log: Log): Pool {
  const statementTimeoutMs = options.statementTimeoutMs ?? 10_000;
  const idleTransactionTimeoutMs = options.idleTransactionTimeoutMs ?? 10_000;
  const silenceMs = Math.max(statementTimeoutMs, idleTransactionTimeoutMs) + SILENCE_MARGIN_MS;
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.max ?? 4,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
    statement_timeout: statementTimeoutMs,
    lock_timeout: options.lockTimeoutMs ?? 5_000,
    idle_in_transaction_session_timeout: idleTransactionTimeoutMs,
    idleTimeoutMillis: Math.min(UNUSED_TIMEOUT_MS, silenceMs / 2),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    stream: () => (statementTimeoutMs === 0 ? new Socket() : createWatchedSocket(silenceMs)),
  });
  // Without a listener on pool and client alike, a connection that dies takes the process with it.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle PostgreSQL connection was lost'));
  pool.on('connect', (client) =>
    client.on('error', (error) => log.debug({ err: error }, 'a PostgreSQL connection was lost')),
  );
  let ending: Promise<void> | undefined;
  return {
    max: pool.options.max,
    query: (statement, values) => run(pool, statement, values),
    connect: () => connect(pool),
    end: () => (ending ??= pool.end()),
    counts: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
  };
}

/**
 * A connection that stays silent for longer than the server lets any statement or idle transaction last is dead (a
 * frozen host, packets that vanish): it is cut, its statement fails, and the pool opens another.
 */
function createWatchedSocket(silenceMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silenceMs, () =>
    socket.destroy(new Error(`no answer from PostgreSQL for ${silenceMs} ms`)),
  );
  return socket;
}

async function connect(pool: pg.Pool): Promise<PoolClient> {
  try {
    const client = await pool.connect();
    return {
      query: (statement, values) => run(client, statement, values),
      release: (destroy) => client.release(destroy),
    };
  } catch (error) {
    throw toPostgresError(error);
  }
}

async function run<R>(
  target: pg.Pool | pg.PoolClient,
  statement: string | Statement,
  values?: readonly unknown[],
): Promise<QueryResult<R>> {
  try {
    const {
      text,
      name,
      values: own,
    } = typeof statement === 'string' ? ({ text: statement } as Statement) : statement;
    const query = { text, name, values: [...(values ?? own ?? [])] };
    const result = await timeStoreCall('postgres', () => target.query(query));
    return { rows: result.rows as R[], rowCount: result.rowCount };
  } catch (error) {
    throw toPostgresError(error);
  }
}
