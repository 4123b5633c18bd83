/** What may be shown of a context: secrets masked, and of stores where they are. */
import { dirname } from 'node:path';
import { contextSetting, isSecretValue, readContextValues } from '../../core/config/context-layers.js';
import { contextsPath, type ContextSettings } from '../../core/config/contexts.js';
import { SETTINGS } from '../../core/config/schema.js';
import { maskSecret } from '../list-settings.js';

export interface DescribedSetting {
  /** As in the file; with `File` behind it when a file holds the value. */
  readonly setting: string;
  /** Name of the environment variable; null for a setting that there is not. */
  readonly env: string | null;
  /** As in the file, secrets masked. */
  readonly value: string;
}

export interface DescribedContext {
  readonly name: string;
  readonly current: boolean;
  readonly production: boolean;
  readonly readOnly: boolean;
  /** Host and port, several by comma; null where it is not set or cannot be read. */
  readonly postgres: string | null;
  readonly redis: string | null;
  readonly kafka: string | null;
  readonly temporal: string | null;
  readonly settings: readonly DescribedSetting[];
  /** What keeps it from being used. */
  readonly problems: readonly string[];
}

export function describeContext(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  settings: ContextSettings,
  current: boolean,
): DescribedContext {
  const problems: string[] = [];
  const values = readContextValues(name, settings, dirname(contextsPath(env) ?? '.'), problems);
  const isOn = (text: string | undefined) => text === 'true' || text === '1';
  return {
    name,
    current,
    production: isOn(values.production),
    readOnly: isOn(values.readOnly),
    postgres: hostOf(values.databaseUrl),
    redis: hostOf(values.redisUrl),
    kafka: values.kafkaBrokers ?? null,
    temporal: values.temporalAddress ?? null,
    settings: Object.entries(settings).map(([setting, value]) => describeSetting(setting, String(value))),
    problems,
  };
}

function describeSetting(setting: string, text: string): DescribedSetting {
  const meant = contextSetting(setting);
  if (!meant) return { setting, env: null, value: text };
  const secret = !meant.inFile && isSecretValue(meant.key, text);
  return { setting, env: SETTINGS[meant.key].env, value: secret ? maskSecret(text) : text };
}

function hostOf(url: string | undefined): string | null {
  return url !== undefined && URL.canParse(url) ? new URL(url).host || null : null;
}
