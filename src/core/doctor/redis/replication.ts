/** Whether the server that REDIS_URL names is the one that takes writes. */
import type { RedisServer } from '../../redis/read-server.js';
import type { Check } from '../check.js';
import { countOf } from '../name-some.js';
import { failed, ok, warning, type Verdict } from '../verdict.js';
import { redisServer } from './redis-server.js';

export function judgeRedisRole(server: RedisServer | null): Verdict {
  const role = server?.info.get('role');
  if (role === undefined) return warning('it does not say (INFO is not allowed)');
  if (role !== 'master') {
    return failed('a replica: REDIS_URL must name the primary', 'ordersctl config show --origin');
  }
  const replicas = Number(server?.info.get('connected_slaves') ?? 0);
  return ok(replicas === 0 ? 'primary, without replicas' : `primary with ${countOf(replicas, 'replica')}`);
}

export const replication: Check = {
  id: 'redis.role',
  title: 'role',
  needs: ['redis'],
  look: async (sources) => judgeRedisRole(await sources.once(redisServer)),
};
