/** Whether Redis keeps holds over a restart. Without, products are rebuilt from PostgreSQL, with 503 meanwhile. */
import type { Config } from '../../config/schema.js';
import type { RedisServer } from '../../redis/read-server.js';
import type { Check } from '../check.js';
import { notDurable } from '../rehearsal.js';
import { failed, ok, warning, type Verdict } from '../verdict.js';
import { redisServer } from './redis-server.js';

const ASK = 'redis-cli -u "$REDIS_URL" info persistence';

export function judgePersistence(
  server: RedisServer | null,
  config: Pick<Config, 'production' | 'redisUrl'>,
): Verdict {
  if (server === null)
    return warning('it does not say (INFO is not allowed)', 'ordersctl config show --origin');
  const { info, appendFsync } = server;
  if (info.get('aof_last_write_status') === 'err') {
    return failed('the append-only file cannot be written: Redis will refuse orders', ASK);
  }
  if (info.get('rdb_last_bgsave_status') === 'err') {
    return failed('the last snapshot failed, and Redis refuses orders after that unless told otherwise', ASK);
  }
  if (info.get('aof_enabled') !== '1') {
    return notDurable(
      config,
      config.redisUrl,
      'no append-only file: a restart loses every hold, and products answer 503 until they are rebuilt',
      'redis-cli -u "$REDIS_URL" config set appendonly yes',
    );
  }
  if (appendFsync === 'no') {
    return warning(
      'append-only file, written out when the system likes: a crash may lose many seconds',
      'redis-cli -u "$REDIS_URL" config set appendfsync everysec',
    );
  }
  return ok(`append-only file, fsync ${appendFsync ?? 'as the service has it'}`);
}

export const persistence: Check = {
  id: 'redis.persistence',
  title: 'persistence',
  needs: ['redis'],
  look: async (sources) => judgePersistence(await sources.once(redisServer), sources.config),
};
