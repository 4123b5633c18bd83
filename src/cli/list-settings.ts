/** The settings as they may be shown: masked, and written the way an operator would write them. */
import { SETTINGS, type Config, type ConfigKey, type Setting } from '../core/config/schema.js';
import { formatDuration } from '../core/duration.js';

export interface ShownSetting {
  readonly setting: ConfigKey;
  /** Name of the environment variable. */
  readonly env: string;
  readonly describe: string;
  readonly secret: boolean;
  /** As JSON shows it: durations in milliseconds, secrets masked, null when unset. */
  readonly value: string | number | boolean | readonly string[] | null;
  /** For people; empty when unset. */
  readonly text: string;
}

/** Settings whose parsed value is a duration in milliseconds. */
const DURATIONS: ReadonlySet<ConfigKey> = new Set<ConfigKey>([
  'jwtClockSkew',
  'paymentDeadline',
  'paymentTimeout',
  'maxQueueAge',
  'maxLoopDelay',
  'simulatedLatency',
  'holdSweepAge',
  'sweepInterval',
  'drainDelay',
  'drainDeadline',
]);
const MASK = '********';

/** In the order of the schema. */
export function listSettings(config: Config): ShownSetting[] {
  return (Object.entries(SETTINGS) as [ConfigKey, Setting][]).map(([setting, { env, describe, secret }]) => {
    const raw = config[setting] ?? null;
    const value = secret === true && typeof raw === 'string' ? maskSecret(raw) : raw;
    return { setting, env, describe, secret: secret === true, value, text: textOf(setting, value) };
  });
}

function textOf(setting: ConfigKey, value: ShownSetting['value']): string {
  if (value === null) return '';
  if (DURATIONS.has(setting) && typeof value === 'number') return formatDuration(value);
  return String(value);
}

/** Of a URL only the credentials and the query are secret: host and database are what one looks for. */
export function maskSecret(value: string): string {
  if (!URL.canParse(value)) return MASK;
  const url = new URL(value);
  if (url.host === '') return MASK;
  if (url.password !== '') url.password = MASK;
  if (url.search !== '') url.search = MASK;
  return url.toString();
}
