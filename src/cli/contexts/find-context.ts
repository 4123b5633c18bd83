/** A context by its name, or a refusal that says which was meant. */
import { NO_CONTEXT, settingsOf, type Contexts, type ContextSettings } from '../../core/config/contexts.js';
import { AppError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest.js';
import type { CliContext } from '../context.js';

/** @throws AppError USAGE when there is none of that name */
export function requireContext(contexts: Contexts, name: string): ContextSettings {
  const settings = settingsOf(contexts, name);
  if (settings) return settings;
  const names = Object.keys(contexts.contexts);
  throw new AppError('USAGE', `there is no context "${name}".${didYouMean(name, names)}`, {
    hint:
      names.length === 0
        ? 'ordersctl context set NAME databaseUrl=… makes one'
        : `There are: ${names.join(', ')}`,
  });
}

/** The one that a command here would use, if the environment names no store; undefined for none. */
export function contextInUse({ io, flags }: CliContext, contexts: Contexts): string | undefined {
  const name = flags.context ?? (io.env['ORDERSCTL_CONTEXT'] || (contexts.current ?? undefined));
  return name === NO_CONTEXT ? undefined : name;
}
