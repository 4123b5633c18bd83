/** How much memory Redis has left. */
import type { RedisServer } from '../../redis/read-server.js';
import type { Check } from '../check.js';
import { failed, ok, warning, type Verdict } from '../verdict.js';
import { redisServer } from './redis-server.js';

const WARN_SHARE = 0.75;
const FAIL_SHARE = 0.9;

export interface RedisMemory {
  readonly usedBytes: number;
  /** `maxmemory`, else what the machine has. */
  readonly totalBytes: number;
  readonly isLimit: boolean;
}

/** @returns null where Redis does not tell */
export function memoryOf(server: RedisServer | null): RedisMemory | null {
  const number = (name: string) => Number(server?.info.get(name) ?? 0);
  const limit = number('maxmemory');
  const totalBytes = limit > 0 ? limit : number('total_system_memory');
  if (totalBytes === 0) return null;
  return { usedBytes: number('used_memory'), totalBytes, isLimit: limit > 0 };
}

export function judgeMemory(memory: RedisMemory | null): Verdict {
  if (memory === null) return warning('it does not say how much it has');
  const { usedBytes, totalBytes, isLimit } = memory;
  const share = usedBytes / totalBytes;
  const text = `${formatBytes(usedBytes)} of ${formatBytes(totalBytes)} used${isLimit ? '' : ', no maxmemory'}`;
  const remedy = isLimit
    ? `redis-cli -u "$REDIS_URL" config set maxmemory ${Math.ceil((totalBytes * 2) / 1_048_576)}mb`
    : 'redis-cli -u "$REDIS_URL" --bigkeys';
  if (share >= FAIL_SHARE) return failed(`${text}: full soon, and then every order is refused`, remedy);
  return share >= WARN_SHARE ? warning(text, remedy) : ok(text);
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

export const memory: Check = {
  id: 'redis.memory',
  title: 'memory',
  needs: ['redis'],
  look: async (sources) => judgeMemory(memoryOf(await sources.once(redisServer))),
};
