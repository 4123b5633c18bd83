/** The environment of processes that belong to servers of this machine: no context reaches them. */
import { NO_CONTEXT } from './contexts.js';
import { SETTINGS } from './schema.js';

/** Also where one is current. */
export const NO_CONTEXT_ENV = { [SETTINGS.context.env]: NO_CONTEXT };

const MARKS = [SETTINGS.production.env, SETTINGS.readOnly.env].flatMap((name) => [name, `${name}_FILE`]);

/** Without the context and without the marks of the place that the shell is set up for. */
export function localEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => !MARKS.includes(name));
  return { ...Object.fromEntries(kept), ...NO_CONTEXT_ENV };
}
