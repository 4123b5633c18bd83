/** Whether the server takes writes. */
import type { PostgresServer } from '../../postgres/read-server.js';
import type { Check } from '../check.js';
import { failed, ok, type Verdict } from '../verdict.js';
import { postgresServer } from './postgres-server.js';

export function judgePostgresRole({ inRecovery }: PostgresServer): Verdict {
  if (!inRecovery) return ok('primary');
  return failed(
    'a replica, which takes no orders: DATABASE_URL must name the primary',
    'ordersctl config show --origin',
  );
}

export const replication: Check = {
  id: 'postgres.role',
  title: 'role',
  needs: ['postgres'],
  look: async (sources) => judgePostgresRole(await sources.once(postgresServer)),
};
