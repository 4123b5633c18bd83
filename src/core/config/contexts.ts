/** Named contexts: bundles of settings, one for each place that an operator works on. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../errors.js';

/** Says that no context is wanted, also where one is current. */
export const NO_CONTEXT = 'none';

/** Names a context: letters, digits, dot, dash and underscore. */
export const contextName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be letters, digits, . _ and -, 63 at most')
  .refine((name) => name !== NO_CONTEXT, { message: `must not be "${NO_CONTEXT}", which means no context` });

const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
const contextsSchema = z.strictObject({
  /** The one that `context use` chose. */
  current: contextName.nullish(),
  /** Settings as in ordersctl.config.json; `databaseUrlFile` and the like name files that hold them. */
  contexts: z.record(contextName, z.record(z.string(), value)).default({}),
});
export type Contexts = z.output<typeof contextsSchema>;
export type ContextSettings = Contexts['contexts'][string];

type Env = Readonly<Record<string, string | undefined>>;

/**
 * `$XDG_CONFIG_HOME/ordersctl/contexts.json`, by default below ~/.config.
 * @returns undefined where there is no home, as in some containers: then there are no contexts
 */
export function contextsPath(env: Env): string | undefined {
  const base = env['XDG_CONFIG_HOME'] || (env['HOME'] && join(env['HOME'], '.config'));
  return base ? join(base, 'ordersctl', 'contexts.json') : undefined;
}

/** @throws AppError CONFIG_INVALID when the file is not readable as contexts */
export function readContexts(env: Env): Contexts {
  const path = contextsPath(env);
  if (!path || !existsSync(path)) return { contexts: {} };
  try {
    return contextsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    // Without the error itself: what it says of JSON that is none quotes the file, and with it secrets.
    throw new AppError('CONFIG_INVALID', `${path} cannot be used: ${reasonOf(error)}`, {
      hint: 'ordersctl help contexts shows what it holds',
    });
  }
}

/** One's own names only: `constructor` is no context. */
export function settingsOf(contexts: Contexts, name: string): ContextSettings | undefined {
  return Object.hasOwn(contexts.contexts, name) ? contexts.contexts[name] : undefined;
}

/** True when others than the owner may read the file. False where there is none. */
export function isReadableByOthers(path: string): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return process.platform !== 'win32' && (mode & 0o044) !== 0;
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error).replaceAll('\n', ' ');
  if (error instanceof SyntaxError) {
    const where = /line \d+ column \d+|position \d+/.exec(error.message)?.[0];
    return where === undefined ? 'it is not JSON' : `it is not JSON (${where})`;
  }
  return (error as NodeJS.ErrnoException).code ?? 'unreadable';
}
