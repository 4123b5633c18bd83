/** What the Redis server says about itself. */
import type { OrdersRedis } from './create-redis.js';
import { toRedisError } from './redis-errors.js';

export interface RedisServer {
  /** Fields of INFO by name. */
  readonly info: ReadonlyMap<string, string>;
  /** `appendfsync`; null where CONFIG may not be asked, as at many managed services. */
  readonly appendFsync: string | null;
}

/** @returns null where INFO may not be asked. @throws AppError UNAVAILABLE */
export async function readRedisServer(redis: OrdersRedis): Promise<RedisServer | null> {
  try {
    const text = await redis.info();
    const info = new Map(
      text.split(/\r?\n/).flatMap((line) => {
        const at = line.indexOf(':');
        return line.startsWith('#') || at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
      }),
    );
    return { info, appendFsync: await readAppendFsync(redis) };
  } catch (error) {
    if (isRefused(error)) return null;
    throw toRedisError(error);
  }
}

async function readAppendFsync(redis: OrdersRedis): Promise<string | null> {
  try {
    const reply = (await redis.config('GET', 'appendfsync')) as unknown;
    return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : null;
  } catch (error) {
    if (isRefused(error)) return null;
    throw error;
  }
}

/** Not allowed, or renamed away. */
function isRefused(error: unknown): boolean {
  return error instanceof Error && /^(NOPERM|ERR unknown command)/i.test(error.message);
}
