/** The version of PostgreSQL. */
import type { PostgresServer } from '../../postgres/read-server.js';
import type { Check } from '../check.js';
import { postgresServer } from '../postgres/postgres-server.js';
import { failed, ok, type Verdict } from '../verdict.js';

/** What the tests run on; older ones were never tried. */
const OLDEST = 15;

export function judgePostgresVersion({ version, versionNumber }: PostgresServer): Verdict {
  const major = Math.floor(versionNumber / 10_000);
  if (major >= OLDEST) return ok(version);
  return failed(`${version} is not supported: ${OLDEST} or newer is needed`, 'pg_upgrade --help');
}

export const postgres: Check = {
  id: 'versions.postgres',
  title: 'PostgreSQL',
  needs: ['postgres'],
  look: async (sources) => judgePostgresVersion(await sources.once(postgresServer)),
};
