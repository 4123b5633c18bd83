/** Settings of the PostgreSQL server that decide whether orders are safe and can be taken. */
import type { Db } from './db.js';
import { toSafeInteger } from './to-safe-integer.js';

export interface PostgresServer {
  /** Such as `15.8 (Debian 15.8-1)`. */
  readonly version: string;
  /** 150008 for 15.8. */
  readonly versionNumber: number;
  readonly fsync: boolean;
  readonly fullPageWrites: boolean;
  /** `on`, `off`, `local`, `remote_write` or `remote_apply`. */
  readonly synchronousCommit: string;
  /** Connections that are not kept for superusers. */
  readonly connections: number;
  /** Connections in use by others than this database's clients of ours. */
  readonly otherConnections: number;
  /** A replica, which takes no writes. */
  readonly inRecovery: boolean;
}

interface Row {
  readonly version: string;
  readonly version_number: string;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
  readonly connections: string;
  readonly others: string;
  readonly in_recovery: boolean;
}

export async function readPostgresServer(db: Db): Promise<PostgresServer> {
  const { rows } = await db.query<Row>(
    `select current_setting('server_version') as version, current_setting('server_version_num') as version_number,
       current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
       current_setting('synchronous_commit') as synchronous_commit,
       current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
         as connections,
       (select count(*) from pg_stat_activity
        where backend_type = 'client backend'
          and not (datname = current_database() and application_name like 'ordersctl-%')) as others,
       pg_is_in_recovery() as in_recovery`,
  );
  const [row] = rows;
  if (!row) throw new Error('select without from gave no row');
  return {
    version: row.version,
    versionNumber: Number(row.version_number),
    fsync: row.fsync === 'on',
    fullPageWrites: row.full_page_writes === 'on',
    synchronousCommit: row.synchronous_commit,
    connections: Number(row.connections),
    otherConnections: toSafeInteger(row.others),
    inRecovery: row.in_recovery,
  };
}
