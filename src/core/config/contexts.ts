/** Named contexts: bundles of settings, one for each place that an operator works on. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../errors.js';

/** Names a context: letters, digits, dot, dash and underscore. */
export const contextName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be letters, digits, . _ and -, 63 at most');

/** Says that no context is wanted, also where one is current. */
export const NO_CONTEXT = 'none';

const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
const contextsSchema = z.strictObject({
  /** The one that `context use` chose. */
  current: contextName.nullish(),
  /** Settings as in ordersctl.config.json; `databaseUrlFile` and the like name files that hold them. */
  contexts: z.record(contextName, z.record(z.string(), value)).default({}),
});
export type Contexts = z.output<typeof contextsSchema>;
export type ContextSettings = Contexts['contexts'][string];

/**
 * `$XDG_CONFIG_HOME/ordersctl/contexts.json`, by default below ~/.config.
 * @returns undefined where there is no home, as in some containers: then there are no contexts
 */
export function contextsPath(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const base = env['XDG_CONFIG_HOME'] || (env['HOME'] && join(env['HOME'], '.config'));
  return base ? join(base, 'ordersctl', 'contexts.json') : undefined;
}

/** @throws AppError CONFIG_INVALID when the file is not readable as contexts */
export function readContexts(env: Readonly<Record<string, string | undefined>>): Contexts {
  const path = contextsPath(env);
  if (!path || !existsSync(path)) return { contexts: {} };
  try {
    return contextsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? z.prettifyError(error)
        : error instanceof Error
          ? error.message
          : 'unreadable';
    throw new AppError('CONFIG_INVALID', `${path} cannot be used: ${why}`, {
      hint: 'ordersctl help contexts shows what it holds',
      cause: error,
    });
  }
}
