/** `context use`, `set` and `remove`: they change one file of this machine and nothing else. */
import { contextName, NO_CONTEXT, readContexts, settingsOf } from '../../core/config/contexts.js';
import { writeContexts } from '../../core/config/write-contexts.js';
import { AppError } from '../../core/errors.js';
import { contextText, type CliContext } from '../context.js';
import { requireConfirmation } from '../output/confirm.js';
import { describeContext } from './describe-context.js';
import { requireContext } from './find-context.js';
import { applySettings } from './read-settings.js';

/** @param name `none` for no context. @throws AppError USAGE when there is none of that name */
export function useContext({ io, output }: CliContext, name: string): void {
  const contexts = readContexts(io.env);
  const settings = name === NO_CONTEXT ? undefined : requireContext(contexts, name);
  const file = writeContexts(io.env, { ...contexts, current: settings ? name : null });
  if (output.json) return output.data({ current: settings ? name : null, file });
  if (!settings) return output.note('No context is current now.');
  const { production, readOnly } = describeContext(io.env, name, settings, true);
  output.note(`${contextText({ context: name, production, readOnly })} is current now.`);
  if (io.env['ORDERSCTL_CONTEXT'])
    output.note(`ORDERSCTL_CONTEXT=${io.env['ORDERSCTL_CONTEXT']} goes before it in this shell.`);
  const store = ['DATABASE_URL', 'REDIS_URL', 'KAFKA_BROKERS', 'TEMPORAL_ADDRESS'].find((one) => io.env[one]);
  if (store !== undefined)
    output.note(`${store} is set in this shell, so only --context ${name} uses it here.`);
}

/**
 * @param assignments `setting=value`; without a value the setting is taken out
 * @throws AppError USAGE for a name or a setting that cannot be, INPUT_INVALID for a value
 */
export function setContext({ io, output }: CliContext, name: string, assignments: readonly string[]): void {
  const parsed = contextName.safeParse(name);
  if (!parsed.success) {
    throw new AppError('USAGE', `"${name}" cannot be the name of a context`, {
      hint: `It ${parsed.error.issues.map((issue) => issue.message).join('; ')}`,
    });
  }
  const contexts = readContexts(io.env);
  const before = settingsOf(contexts, name);
  const { settings, exposed } = applySettings(before ?? {}, assignments);
  const file = writeContexts(io.env, { ...contexts, contexts: { ...contexts.contexts, [name]: settings } });
  const described = describeContext(io.env, name, settings, contexts.current === name);
  if (output.json) return output.data({ ...described, file, created: before === undefined });
  const { production, readOnly } = described;
  output.note(
    `${contextText({ context: name, production, readOnly })} ${before ? 'changed' : 'made'} in ${file}`,
  );
  for (const setting of exposed)
    output.note(
      `${output.noteColours.warning('warning:')} ${setting} holds a secret, and so does your shell's history now; ` +
        `${setting}File=PATH names a file that holds it instead`,
    );
  for (const problem of described.problems)
    output.note(`${output.noteColours.warning('warning:')} ${problem}`);
  if (contexts.current !== name) output.note(`next: ordersctl context use ${name}`);
}

/** Asks first. @throws AppError USAGE when there is none of that name; REFUSED unless the operator agrees */
export async function removeContext(
  { io, output }: CliContext,
  name: string,
  yes: boolean | undefined,
): Promise<void> {
  const contexts = readContexts(io.env);
  requireContext(contexts, name);
  const place = contexts.current === name ? `${name}, which is current,` : name;
  await requireConfirmation(io, {
    what: `forget the context ${place} on this machine`,
    yes,
    hint: 'Run it again with --yes',
  });
  const rest = Object.fromEntries(Object.entries(contexts.contexts).filter(([one]) => one !== name));
  const current = contexts.current === name ? null : contexts.current;
  const file = writeContexts(io.env, { current, contexts: rest });
  if (output.json) return output.data({ removed: name, current: current ?? null, file });
  output.note(`context ${name} removed; the servers it names are untouched`);
}
