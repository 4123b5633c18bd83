/** Takes dead letters off the list, after asking. */
import { requireSettings } from '../../core/config/require-settings.js';
import { dropLetters } from '../../core/dead-letters/drop-letters.js';
import { planLetterDrop, type PlannedLetter } from '../../core/dead-letters/plan-letters.js';
import type { LetterReport } from '../../core/dead-letters/replay-letters.js';
import type { CliContext } from '../context.js';
import { beginMutation, type Mutation } from '../mutation/begin-mutation.js';
import { withStores, type Stores } from '../with-stores.js';
import { AppError } from '../../core/errors.js';
import { findLetters, type ChangeOptions } from './find-letters.js';
import { countLetters, NOTHING, recordLetterAction, showChange } from './show-change.js';

/**
 * @param named letter ids; empty: all that match
 * @throws AppError as `findLetters`; REFUSED as by `beginMutation`; UNAVAILABLE after printing the results
 */
export async function runDrop(
  context: CliContext,
  named: readonly string[],
  options: ChangeOptions,
): Promise<void> {
  if (named.includes('-')) throw new AppError('USAGE', 'dlq drop reads no standard input: name the letters');
  const config = requireSettings(await context.loadConfig(), ['kafkaBrokers', 'databaseUrl']);
  const mutation = beginMutation(context, config, 'dlq drop', options);
  await withStores(context, config, async (stores) => {
    const found = await findLetters(context, config, stores, named, options);
    const planned = planLetterDrop(found.letters);
    await showChange(context, { planned, more: found.more, verb: 'dropped' }, () =>
      mutation.dryRun ? Promise.resolve(NOTHING) : carryOut(mutation, stores, named, options, planned),
    );
  });
}

async function carryOut(
  mutation: Mutation,
  stores: Stores,
  named: readonly string[],
  options: ChangeOptions,
  planned: readonly PlannedLetter[],
): Promise<LetterReport> {
  const todo = planned.filter(({ action }) => action === 'drop').map(({ letter }) => letter);
  const [first] = todo;
  if (!first) return NOTHING;
  const what = todo.length === 1 ? `drop dead letter ${first.id}` : `drop ${countLetters(todo.length)}`;
  const typed = todo.length === 1 ? first.id : what;
  await mutation.confirm({ what, typed });
  const pool = await stores.postgres();
  const report = await dropLetters(pool, todo, mutation.operator.actor);
  await recordLetterAction(mutation, pool, named, options, report);
  return report;
}
