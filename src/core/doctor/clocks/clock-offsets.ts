/** The one look at the clocks that checks share. Each is measured against this machine's. */
import type { Sources } from '../check.js';
import { measureClock, type ClockOffset } from '../measure-round-trip.js';

export async function postgresClock({ stores }: Sources): Promise<ClockOffset> {
  const { readClock } = await import('../../postgres/read-clock.js');
  const pool = await stores.postgres();
  return measureClock(async () => (await readClock(pool)).getTime());
}

export async function redisClock({ stores }: Sources): Promise<ClockOffset> {
  const { readRedisTime } = await import('../../redis/read-time.js');
  const redis = await stores.redis();
  return measureClock(() => readRedisTime(redis));
}
