/** Narrows a configuration to one in which the named settings are present. */
import { AppError } from '../errors.js';
import { SETTINGS, type Config, type ConfigKey } from './schema.js';

export type ConfigWith<K extends ConfigKey> = Config & { readonly [P in K]-?: NonNullable<Config[P]> };

/** @throws AppError CONFIG_INVALID naming all that are missing, with what each is */
export function requireSettings<K extends ConfigKey>(config: Config, keys: readonly K[]): ConfigWith<K> {
  const missing = keys.filter((key) => config[key] === undefined);
  if (missing.length > 0) {
    const lines = missing.map((key) => `${SETTINGS[key].env}: ${SETTINGS[key].describe}`);
    throw new AppError('CONFIG_INVALID', `missing settings:\n  ${lines.join('\n  ')}`, {
      hint: 'Set them in the environment, or start a local stack with: ordersctl dev up -d',
    });
  }
  return config as ConfigWith<K>;
}
