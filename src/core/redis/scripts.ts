/** Loads the Lua scripts and runs them: the one place that knows file names and key counts. */
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { toRedisError } from './redis-errors.js';

/** Script name → its file in src/lua; the suffix is the number of KEYS. */
export const SCRIPT_FILES = {
  reserve: 'reserve-7',
  release: 'release-5',
  settle: 'settle-4',
  take: 'take-6',
  putBack: 'put-back-4',
  setCustomerCount: 'set-customer-count-3',
  restock: 'restock-3',
  adjust: 'adjust-3',
  unload: 'unload-6',
  load: 'load-8',
  setPrice: 'set-price-1',
  setSale: 'set-sale-1',
  readTotals: 'read-totals-4',
  rateLimit: 'rate-limit-2',
} as const;
export type ScriptName = keyof typeof SCRIPT_FILES;

/** The build copies src/lua beside the compiled core, so one relative path serves both. */
const LUA_FOLDER = new URL('../../lua/', import.meta.url);

export function readScript(name: ScriptName): string {
  return readFileSync(new URL(`${SCRIPT_FILES[name]}.lua`, LUA_FOLDER), 'utf8');
}

/** The number of KEYS that a script's file name states. */
export function keyCountOf(name: ScriptName): number {
  return Number(/-(\d+)$/.exec(SCRIPT_FILES[name])?.[1]);
}

/** What ioredis wants in its `scripts` option; it sends EVALSHA and falls back to EVAL after a restart. */
export function scriptDefinitions(): Record<string, { lua: string; numberOfKeys: number }> {
  const names = Object.keys(SCRIPT_FILES) as ScriptName[];
  return Object.fromEntries(
    names.map((name) => [name, { lua: readScript(name), numberOfKeys: keyCountOf(name) }]),
  );
}

type RunScript = (...keysAndArguments: (string | number)[]) => Promise<unknown>;

/**
 * Runs one script on a client made by createRedis.
 * @throws AppError UNAVAILABLE when Redis did not answer: whether the script ran is then unknown
 */
export async function runScript(
  redis: Redis,
  name: ScriptName,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  const run = (redis as unknown as Record<ScriptName, RunScript>)[name];
  try {
    return await run.call(redis, ...keys, ...args);
  } catch (error) {
    throw toRedisError(error);
  }
}
