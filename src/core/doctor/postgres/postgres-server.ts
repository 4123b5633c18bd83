/** The one look at the PostgreSQL server that its checks share. */
import type { PostgresServer } from '../../postgres/read-server.js';
import type { Sources } from '../check.js';

export async function postgresServer({ stores }: Sources): Promise<PostgresServer> {
  const { readPostgresServer } = await import('../../postgres/read-server.js');
  return readPostgresServer(await stores.postgres());
}
