/** The one look at the Redis server that its checks share. */
import type { RedisServer } from '../../redis/read-server.js';
import type { Sources } from '../check.js';

export async function redisServer({ stores }: Sources): Promise<RedisServer | null> {
  const { readRedisServer } = await import('../../redis/read-server.js');
  return readRedisServer(await stores.redis());
}
