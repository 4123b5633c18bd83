/** Whether Redis may throw keys away when memory runs short: each is a hold, a limit or a counter. */
import type { RedisServer } from '../../redis/read-server.js';
import type { Check } from '../check.js';
import { failed, ok, warning, type Verdict } from '../verdict.js';
import { redisServer } from './redis-server.js';

export function judgeEviction(server: RedisServer | null): Verdict {
  const policy = server?.info.get('maxmemory_policy');
  if (policy === undefined) return warning('it does not say (INFO is not allowed)');
  if (policy === 'noeviction') return ok('noeviction');
  return failed(
    `${policy}: short of memory it would drop holds and counters`,
    'redis-cli -u "$REDIS_URL" config set maxmemory-policy noeviction',
  );
}

export const eviction: Check = {
  id: 'redis.eviction',
  title: 'eviction',
  needs: ['redis'],
  look: async (sources) => judgeEviction(await sources.once(redisServer)),
};
