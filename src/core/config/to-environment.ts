/** Writes a configuration as the environment that gives it: for roles that are started with the settings of a command. */
import { CONFIG_KEYS, configSchema, SETTINGS, type Config, type ConfigKey } from './schema.js';

/** @param except settings that are left to their defaults. @returns by name of the variable; secrets included */
export function toEnvironment(config: Config, except: readonly ConfigKey[] = []): Record<string, string> {
  const entries = CONFIG_KEYS.filter((key) => !except.includes(key)).flatMap((key) => {
    const text = textOf(key, config[key]);
    return text === undefined ? [] : [[SETTINGS[key].env, text] as const];
  });
  return Object.fromEntries(entries);
}

/** Durations are milliseconds in a Config, and have a unit where they are written. */
function textOf(key: ConfigKey, value: Config[ConfigKey]): string | undefined {
  if (value === undefined) return undefined;
  const text = Array.isArray(value) ? value.join(',') : String(value);
  return configSchema.shape[key].safeParse(text).success ? text : `${text}ms`;
}
