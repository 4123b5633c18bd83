/** Whether all replicas of all roles get their connections at once, and one more of each while they are rolled out. */
import type { Role } from '../../names.js';
import { POOL_SIZES } from '../../postgres/pool-sizes.js';
import type { PostgresServer } from '../../postgres/read-server.js';
import type { Check } from '../check.js';
import { countReplicas, liveReplicas } from '../roles/live-replicas.js';
import { failed, ok, warning, type Verdict } from '../verdict.js';
import { postgresServer } from './postgres-server.js';

const PER_REPLICA: Readonly<Record<Role, number>> = {
  serve: POOL_SIZES.serveAccept + POOL_SIZES.serveRead + POOL_SIZES.serveRebuild,
  consume: POOL_SIZES.consume,
  worker: POOL_SIZES.worker,
};
/** Commands of operators. */
const SPARE = 6;

export function judgeConnections(
  { connections, otherConnections }: PostgresServer,
  replicas: Readonly<Record<Role, number>>,
): Verdict {
  const needOf = (extra: number) =>
    SPARE +
    PER_REPLICA.serve * (Math.max(1, replicas.serve) + extra) +
    PER_REPLICA.consume * (Math.max(1, replicas.consume) + extra) +
    PER_REPLICA.worker * (Math.max(1, replicas.worker) + extra);
  const left = connections - otherConnections;
  const remedy = `psql "$DATABASE_URL" -c "alter system set max_connections = ${connections + needOf(1)}"`;
  if (needOf(0) > left) {
    return failed(
      `roles need ${needOf(0)} connections at most, and the server has ${left} left for them`,
      remedy,
    );
  }
  if (needOf(1) > left) {
    return warning(
      `${left} are left, roles need ${needOf(0)} at most, but ${needOf(1)} while a further replica of each starts`,
      remedy,
    );
  }
  return ok(`roles need ${needOf(0)} at most, ${left} are left for them`);
}

export const connections: Check = {
  id: 'postgres.connections',
  title: 'connections',
  needs: ['tables'],
  async look(sources) {
    const [server, live] = await Promise.all([sources.once(postgresServer), sources.once(liveReplicas)]);
    return judgeConnections(server, countReplicas(live));
  },
};
