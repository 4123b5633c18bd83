/** The settings of the context in use, as layers of the configuration. */
import { dirname, resolve } from 'node:path';
import { didYouMean } from '../nearest.js';
import {
  contextsPath,
  isReadableByOthers,
  NO_CONTEXT,
  readContexts,
  settingsOf,
  type ContextSettings,
} from './contexts.js';
import { readSecretFile } from './read-secret-file.js';
import { CONFIG_KEYS, SETTINGS, type ConfigKey, type Setting } from './schema.js';

export type RawValues = Readonly<Partial<Record<ConfigKey, string | undefined>>>;

/** What names a place. Half of a context would be another place under its name and marks. */
export const PLACE: readonly ConfigKey[] = [
  'databaseUrl',
  'redisUrl',
  'kafkaBrokers',
  'temporalAddress',
  'temporalNamespace',
  'prefix',
];
const STORES = PLACE.slice(0, 4);

export interface ContextLayer {
  /** Asked for by flag or environment: goes before the environment. Otherwise it is the current one, and goes after. */
  readonly asked: boolean;
  readonly values: RawValues;
}

/**
 * The current context is all or nothing: left out where the environment says which stores to use, as for roles in
 * containers and in a shell after `eval "$(ordersctl dev env)"`. Then its file is not even read.
 * @param environment values of the environment and of files that it names, first wins
 * @param problems grows with what is wrong; never throws for it
 * @returns undefined when no context is in use
 */
export function readContextLayer(
  sources: { readonly flags: RawValues; readonly env: Readonly<Record<string, string | undefined>> },
  environment: readonly RawValues[],
  problems: string[],
  warnings: string[],
): ContextLayer | undefined {
  const asked = [sources.flags, ...environment].find((values) => values.context !== undefined)?.context;
  const namesStore = environment.some((values) => STORES.some((key) => values[key] !== undefined));
  if (asked === NO_CONTEXT || (asked === undefined && namesStore)) return undefined;
  try {
    const contexts = readContexts(sources.env);
    const name = asked ?? contexts.current ?? undefined;
    if (name === undefined) return undefined;
    const settings = settingsOf(contexts, name);
    if (!settings) {
      const meant = didYouMean(name, Object.keys(contexts.contexts));
      const which = asked === undefined ? 'the current context' : 'there is no context';
      const gone = asked === undefined ? ' does not exist any more' : '';
      problems.push(`${which} "${name}"${gone};${meant} ordersctl context list shows which there are`);
      return undefined;
    }
    const path = contextsPath(sources.env) ?? '';
    if (isReadableByOthers(path) && holdsSecret(settings))
      warnings.push(`${path} holds secrets and others may read it: chmod 600 ${path}`);
    // Under its own name, so that its origin tells that nobody has asked for it.
    const current = asked === undefined ? { context: name } : {};
    const values = { ...readContextValues(name, settings, dirname(path), problems), ...current };
    return { asked: asked !== undefined, values };
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** @param folder what relative names of files are relative to */
export function readContextValues(
  name: string,
  settings: ContextSettings,
  folder: string,
  problems: string[],
): RawValues {
  const values: Partial<Record<ConfigKey, string | undefined>> = {};
  for (const [setting, given] of Object.entries(settings)) {
    const meant = contextSetting(setting);
    if (meant === undefined) {
      problems.push(`context ${name}: unknown setting "${setting}".${didYouMean(setting, CONTEXT_KEYS)}`);
    } else if (meant.inFile) {
      const path = resolve(folder, String(given));
      values[meant.key] = readSecretFile(`context ${name}, ${setting}`, path, problems);
    } else {
      values[meant.key] = Array.isArray(given) ? given.join(',') : String(given);
    }
  }
  return values;
}

/** Settings that a context may hold: all but the name of a context. */
export const CONTEXT_KEYS = CONFIG_KEYS.filter((key) => key !== 'context');

/** @returns undefined for a name that is none: a setting, or one with `File` behind it */
export function contextSetting(name: string): { key: ConfigKey; inFile: boolean } | undefined {
  const key = CONTEXT_KEYS.find((one) => one === name);
  if (key) return { key, inFile: false };
  const fileKey = CONTEXT_KEYS.find((one) => `${one}File` === name);
  return fileKey && { key: fileKey, inFile: true };
}

/** A URL without a password is none. */
export function isSecretValue(key: ConfigKey, text: string): boolean {
  const { secret }: Setting = SETTINGS[key];
  if (secret !== true) return false;
  return !URL.canParse(text) || new URL(text).host === '' || new URL(text).password !== '';
}

function holdsSecret(settings: ContextSettings): boolean {
  return Object.entries(settings).some(([name, given]) => {
    const setting = contextSetting(name);
    return setting !== undefined && !setting.inFile && isSecretValue(setting.key, String(given));
  });
}
