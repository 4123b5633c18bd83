/** Builds the configuration from its sources, with the origin of every value, reporting all problems at once. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { AppError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { PLACE, readContextLayer, type RawValues } from './context-layers.js';
import { readSecretFile } from './read-secret-file.js';
import { CONFIG_KEYS, configSchema, SETTINGS, type Config, type ConfigKey } from './schema.js';
import { readStackEnv } from './stack-state.js';

/** In this order; the current context is left out where the environment names a store (see context-layers.ts). */
export const PRECEDENCE =
  'flag > context asked for > environment > current context > .env > ordersctl.config.json > live local stack > default';

export type Origin =
  | 'flag'
  | 'context'
  | 'environment'
  | 'file named by environment'
  | '.env'
  | 'ordersctl.config.json'
  | 'local stack'
  | 'default'
  | 'unset';

export interface LoadedConfig {
  readonly config: Config;
  readonly origins: Readonly<Record<ConfigKey, Origin>>;
  /** Unknown ORDERSCTL_* names, each with the nearest known one; secrets that others may read. */
  readonly warnings: readonly string[];
}

export interface ConfigSources {
  readonly flags?: Readonly<Partial<Record<ConfigKey, string>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that holds .env, ordersctl.config.json and .ordersctl/. */
  readonly cwd: string;
}

export interface ExaminedConfig extends LoadedConfig {
  /** One line for each setting that cannot be used, and where its value came from. */
  readonly problems: readonly string[];
  /** Settings that were left out because of their value. */
  readonly broken: ReadonlySet<ConfigKey>;
}

/** @throws AppError CONFIG_INVALID naming every bad setting and where its value came from */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const { config, origins, warnings, problems } = examineConfig(sources);
  if (problems.length > 0) {
    throw new AppError('CONFIG_INVALID', `configuration is not usable:\n  ${problems.join('\n  ')}`, {
      hint: 'ordersctl help environment explains every setting and where it may be set',
    });
  }
  return { config, origins, warnings };
}

/** For those who look at the configuration itself: what is wrong is told, and left out of what is returned. */
export function examineConfig(sources: ConfigSources): ExaminedConfig {
  const problems: string[] = [];
  const warnings = unknownNames(sources.env);
  const { layers, contextInUse } = readLayers(sources, problems, warnings);
  const raw: Partial<Record<ConfigKey, string | undefined>> = {};
  const origins = {} as Record<ConfigKey, Origin>;
  for (const key of CONFIG_KEYS) {
    const found = findValue(key, layers, contextInUse);
    if (found) raw[key] = found.values[key];
    origins[key] = found?.origin ?? 'unset';
  }
  // The local stack's secret is for those who have not said how callers are known; two ways would be refused.
  if (origins.jwtSecret === 'local stack' && (raw.jwksUrl !== undefined || raw.auth === 'header')) {
    delete raw.jwtSecret;
    origins.jwtSecret = 'unset';
  }
  const broken = new Set<ConfigKey>();
  for (const issue of configSchema.safeParse(raw).error?.issues ?? []) {
    const key = issue.path[0] as ConfigKey;
    problems.push(`${SETTINGS[key].env} (${origins[key]}): ${issue.message}`);
    broken.add(key);
  }
  for (const key of broken) {
    delete raw[key];
    origins[key] = 'unset';
  }
  const config = configSchema.parse(raw);
  for (const key of CONFIG_KEYS)
    if (origins[key] === 'unset' && config[key] !== undefined) origins[key] = 'default';
  return { config, origins, warnings, problems, broken };
}

interface Layer {
  readonly origin: Origin;
  readonly values: RawValues;
}

const isOn = (text: string | undefined) => text === 'true' || text === '1';

/** A mark stays whoever set it, and with a context the place is what the context says, and no part of another one. */
function findValue(key: ConfigKey, layers: readonly Layer[], contextInUse: boolean): Layer | undefined {
  // Where the word is that no context is wanted, none is named.
  if (key === 'context' && !contextInUse) return undefined;
  const said = layers.filter(({ values }) => values[key] !== undefined);
  if (key === 'production' || key === 'readOnly')
    return said.find(({ values }) => isOn(values[key])) ?? said[0];
  if (contextInUse && PLACE.includes(key))
    return said.find(({ origin }) => origin === 'flag' || origin === 'context');
  return said[0];
}

function byEnvName(env: ConfigSources['env']): RawValues {
  return Object.fromEntries(CONFIG_KEYS.map((key) => [key, env[SETTINGS[key].env] || undefined]));
}

function readLayers(
  { flags = {}, env, cwd }: ConfigSources,
  problems: string[],
  warnings: string[],
): { layers: readonly Layer[]; contextInUse: boolean } {
  const environment = [byEnvName(env), readNamedFiles(env, problems)] as const;
  const context = readContextLayer({ flags, env }, environment, problems, warnings);
  const contextLayer: Layer[] = context ? [{ origin: 'context', values: context.values }] : [];
  const layers: Layer[] = [
    { origin: 'flag', values: flags },
    ...(context?.asked ? contextLayer : []),
    { origin: 'environment', values: environment[0] },
    { origin: 'file named by environment', values: environment[1] },
    ...(context?.asked ? [] : contextLayer),
  ];
  const dotEnv = join(cwd, '.env');
  if (env['NODE_ENV'] !== 'production' && existsSync(dotEnv)) {
    const values = byEnvName(parseEnv(readFileSync(dotEnv, 'utf8')));
    layers.push({ origin: '.env', values: withoutChoice('.env', values, problems) });
  }
  const file = join(cwd, 'ordersctl.config.json');
  if (existsSync(file)) {
    const values = readConfigFile(file, problems);
    layers.push({
      origin: 'ordersctl.config.json',
      values: withoutChoice('ordersctl.config.json', values, problems),
    });
  }
  // Its addresses and its secret are for this machine: none of them belongs to another place.
  if (!context) layers.push({ origin: 'local stack', values: byEnvName(readStackEnv(cwd)) });
  return { layers, contextInUse: context !== undefined };
}

/** A file of the folder that chose a context would change what every command in it works on, unseen. */
function withoutChoice(file: string, values: RawValues, problems: string[]): RawValues {
  if (values.context !== undefined)
    problems.push(
      `${file} may not choose a context: use --context, ORDERSCTL_CONTEXT or ordersctl context use`,
    );
  return { ...values, context: undefined };
}

function readNamedFiles(env: ConfigSources['env'], problems: string[]): RawValues {
  const values: Partial<Record<ConfigKey, string | undefined>> = {};
  for (const key of CONFIG_KEYS) {
    const name = `${SETTINGS[key].env}_FILE`;
    const path = env[name];
    if (!path) continue;
    values[key] = readSecretFile(name, path, problems);
  }
  return values;
}

function readConfigFile(path: string, problems: string[]): RawValues {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
      throw new Error('must hold one object');
    const values: Partial<Record<ConfigKey, string>> = {};
    for (const [name, value] of Object.entries(parsed)) {
      const key = CONFIG_KEYS.find((candidate) => candidate === name);
      if (!key)
        problems.push(`ordersctl.config.json: unknown setting "${name}".${didYouMean(name, CONFIG_KEYS)}`);
      else values[key] = Array.isArray(value) ? value.join(',') : String(value);
    }
    return values;
  } catch (error) {
    problems.push(`ordersctl.config.json: ${error instanceof Error ? error.message : 'unreadable'}`);
    return {};
  }
}

function unknownNames(env: ConfigSources['env']): string[] {
  const known = new Set<string>(
    CONFIG_KEYS.flatMap((key) => [SETTINGS[key].env, `${SETTINGS[key].env}_FILE`]),
  );
  const own = new Set(['ORDERSCTL_OUTPUT', 'ORDERSCTL_TEST_STACK']);
  return Object.keys(env)
    .filter((name) => name.startsWith('ORDERSCTL_') && !known.has(name) && !own.has(name))
    .map(
      (name) =>
        `unknown setting ${name}.${didYouMean(name, [...known])} ordersctl help environment lists them all`,
    );
}
