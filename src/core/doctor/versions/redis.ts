/** The version of Redis. */
import type { RedisServer } from '../../redis/read-server.js';
import type { Check } from '../check.js';
import { redisServer } from '../redis/redis-server.js';
import { failed, ok, warning, type Verdict } from '../verdict.js';

const OLDEST = 7;

export function judgeRedisVersion(server: RedisServer | null): Verdict {
  const version = server?.info.get('redis_version');
  if (version === undefined) return warning('it does not say (INFO is not allowed)');
  if (Number.parseInt(version, 10) >= OLDEST) return ok(version);
  return failed(`${version} is not supported: ${OLDEST} or newer is needed`, 'apt-get install redis-server');
}

export const redis: Check = {
  id: 'versions.redis',
  title: 'Redis',
  needs: ['redis'],
  look: async (sources) => judgeRedisVersion(await sources.once(redisServer)),
};
