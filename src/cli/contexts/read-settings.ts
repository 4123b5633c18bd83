/** Reads `setting=value` as typed and puts it into the settings of a context. */
import { contextSetting, CONTEXT_KEYS, isSecretValue } from '../../core/config/context-layers.js';
import type { ContextSettings } from '../../core/config/contexts.js';
import { configSchema } from '../../core/config/schema.js';
import { AppError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest.js';

/**
 * @returns the settings afterwards, and the names of those that were given a secret in the open
 * @throws AppError USAGE, INPUT_INVALID; no message quotes a value
 */
export function applySettings(
  before: ContextSettings,
  assignments: readonly string[],
): { settings: ContextSettings; exposed: string[] } {
  const settings: Record<string, ContextSettings[string]> = { ...before };
  const exposed: string[] = [];
  for (const assignment of assignments) {
    const at = assignment.indexOf('=');
    const name = at === -1 ? assignment : assignment.slice(0, at);
    const text = assignment.slice(at + 1);
    const meant = contextSetting(name);
    if (at === -1 || meant === undefined) {
      throw new AppError(
        'USAGE',
        at === -1 ? `"${name}" has no =` : `there is no setting "${name}".${didYouMean(name, CONTEXT_KEYS)}`,
        { hint: 'Write setting=value, such as production=true; ordersctl help contexts shows more' },
      );
    }
    // Of a secret and the file that holds it, the later word counts.
    delete settings[meant.inFile ? meant.key : `${meant.key}File`];
    if (text === '') {
      delete settings[name];
      continue;
    }
    if (!meant.inFile) {
      assertUsable(name, meant.key, text);
      if (isSecretValue(meant.key, text)) exposed.push(name);
    }
    settings[name] = text === 'true' || text === 'false' ? text === 'true' : text;
  }
  return { settings, exposed };
}

function assertUsable(name: string, key: keyof typeof configSchema.shape, text: string): void {
  const parsed = configSchema.shape[key].safeParse(text);
  if (parsed.success) return;
  const why = parsed.error.issues.map((issue) => issue.message).join('; ');
  throw new AppError('INPUT_INVALID', `${name}: ${why}`);
}
