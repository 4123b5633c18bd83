/** Builds the configuration from its sources, with the origin of every value, reporting all problems at once. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { AppError } from '../errors.js';
import { NO_CONTEXT, readContexts, type ContextSettings } from './contexts.js';
import { configSchema, SETTINGS, type Config, type ConfigKey } from './schema.js';
import { readStackEnv } from './stack-state.js';

/**
 * Flag > the context that was asked for > environment > the current context > .env > ordersctl.config.json > the live
 * local stack > default.
 */
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
  /** Unknown ORDERSCTL_* names, each with the nearest known one. */
  readonly warnings: readonly string[];
}

export interface ConfigSources {
  readonly flags?: Readonly<Partial<Record<ConfigKey, string>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that holds .env, ordersctl.config.json and .ordersctl/. */
  readonly cwd: string;
}

const keys = Object.keys(SETTINGS) as ConfigKey[];

/** @throws AppError CONFIG_INVALID naming every bad setting and where its value came from */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const problems: string[] = [];
  const layers = readLayers(sources, problems);
  const raw: Partial<Record<ConfigKey, string | undefined>> = {};
  const origins = {} as Record<ConfigKey, Origin>;
  for (const key of keys) {
    const found = layers.find((layer) => layer.values[key] !== undefined);
    if (found) raw[key] = found.values[key];
    origins[key] = found?.origin ?? 'unset';
  }
  // The local stack's secret is for those who have not said how callers are known; two ways would be refused.
  if (origins.jwtSecret === 'local stack' && (raw.jwksUrl !== undefined || raw.auth === 'header')) {
    delete raw.jwtSecret;
    origins.jwtSecret = 'unset';
  }
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const key = issue.path[0] as ConfigKey;
      problems.push(`${SETTINGS[key].env} (${origins[key]}): ${issue.message}`);
    }
  }
  if (problems.length > 0 || !parsed.success) {
    throw new AppError('CONFIG_INVALID', `configuration is not usable:\n  ${problems.join('\n  ')}`, {
      hint: 'ordersctl help environment explains every setting and where it may be set',
    });
  }
  for (const key of keys)
    if (origins[key] === 'unset' && parsed.data[key] !== undefined) origins[key] = 'default';
  return { config: parsed.data, origins, warnings: unknownNames(sources.env) };
}

interface Layer {
  readonly origin: Origin;
  readonly values: Readonly<Partial<Record<ConfigKey, string | undefined>>>;
}

function byEnvName(env: ConfigSources['env']): Layer['values'] {
  return Object.fromEntries(keys.map((key) => [key, env[SETTINGS[key].env] || undefined]));
}

function readLayers(sources: ConfigSources, problems: string[]): Layer[] {
  const environment: Layer[] = [
    { origin: 'environment', values: byEnvName(sources.env) },
    { origin: 'file named by environment', values: readNamedFiles(sources.env, problems) },
  ];
  const context = readContextLayers(sources, environment, problems);
  const layers: Layer[] = [
    { origin: 'flag', values: sources.flags ?? {} },
    ...context.asked,
    ...environment,
    ...context.current,
  ];
  const dotEnv = join(sources.cwd, '.env');
  if (sources.env['NODE_ENV'] !== 'production' && existsSync(dotEnv)) {
    layers.push({ origin: '.env', values: byEnvName(parseEnv(readFileSync(dotEnv, 'utf8'))) });
  }
  const file = join(sources.cwd, 'ordersctl.config.json');
  if (existsSync(file))
    layers.push({ origin: 'ordersctl.config.json', values: readConfigFile(file, problems) });
  layers.push({ origin: 'local stack', values: byEnvName(readStackEnv(sources.cwd)) });
  return layers;
}

const STORES = ['databaseUrl', 'redisUrl', 'kafkaBrokers', 'temporalAddress'] as const;

/**
 * A context that was asked for by name goes before the environment: half of it would be another place under its
 * name and marks. The current one is all or nothing too: left out where the environment says which stores to use,
 * as for roles in containers and for what `dev` and `demo` start.
 */
function readContextLayers(
  sources: ConfigSources,
  environment: readonly Layer[],
  problems: string[],
): { asked: Layer[]; current: Layer[] } {
  const none = { asked: [], current: [] };
  const asked = sources.flags?.context ?? (sources.env[SETTINGS.context.env] || undefined);
  if (asked === NO_CONTEXT) return none;
  try {
    const { current, contexts } = readContexts(sources.env);
    const hasStores = environment.some(({ values }) => STORES.some((key) => values[key] !== undefined));
    const name = asked ?? (hasStores ? undefined : current);
    if (name === undefined || name === null) return none;
    const settings = contexts[name];
    if (!settings) {
      problems.push(`there is no context "${name}"; ordersctl context list shows which there are`);
      return none;
    }
    const values = { ...readContextValues(name, settings, problems), context: name };
    const layer: Layer = { origin: 'context', values };
    return asked === undefined ? { asked: [], current: [layer] } : { asked: [layer], current: [] };
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
    return none;
  }
}

function readContextValues(name: string, settings: ContextSettings, problems: string[]): Layer['values'] {
  const values: Partial<Record<ConfigKey, string | undefined>> = {};
  for (const [setting, given] of Object.entries(settings)) {
    const key = keys.find((candidate) => candidate === setting && candidate !== 'context');
    const fileKey = keys.find((candidate) => `${candidate}File` === setting);
    if (key) values[key] = Array.isArray(given) ? given.join(',') : String(given);
    else if (fileKey)
      values[fileKey] = readSecretFile(`context ${name}, ${setting}`, String(given), problems);
    else problems.push(`context ${name}: unknown setting "${setting}"`);
  }
  return values;
}

/** Any secret may come from a file, as containers mount them: DATABASE_URL_FILE=/run/secrets/url. */
function readNamedFiles(env: ConfigSources['env'], problems: string[]): Layer['values'] {
  const values: Partial<Record<ConfigKey, string | undefined>> = {};
  for (const key of keys) {
    const name = `${SETTINGS[key].env}_FILE`;
    const path = env[name];
    if (!path) continue;
    values[key] = readSecretFile(name, path, problems);
  }
  return values;
}

function readSecretFile(name: string, path: string, problems: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    problems.push(`${name}: cannot read ${path} (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
    return undefined;
  }
}

function readConfigFile(path: string, problems: string[]): Layer['values'] {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
      throw new Error('must hold one object');
    const values: Partial<Record<ConfigKey, string>> = {};
    for (const [name, value] of Object.entries(parsed)) {
      const key = keys.find((candidate) => candidate === name);
      if (!key) problems.push(`ordersctl.config.json: unknown setting "${name}"`);
      else values[key] = Array.isArray(value) ? value.join(',') : String(value);
    }
    return values;
  } catch (error) {
    problems.push(`ordersctl.config.json: ${error instanceof Error ? error.message : 'unreadable'}`);
    return {};
  }
}

function unknownNames(env: ConfigSources['env']): string[] {
  const known = new Set<string>(keys.flatMap((key) => [SETTINGS[key].env, `${SETTINGS[key].env}_FILE`]));
  const own = new Set(['ORDERSCTL_OUTPUT', 'ORDERSCTL_TEST_STACK']);
  return Object.keys(env)
    .filter((name) => name.startsWith('ORDERSCTL_') && !known.has(name) && !own.has(name))
    .map((name) => `unknown setting ${name}; ordersctl help environment lists them all`);
}
