/** Plans a replay of dead letters, asks, carries it out and reports letter by letter. */
import { requireSettings } from '../../core/config/require-settings.js';
import { planLetterReplay, type PlannedLetter } from '../../core/dead-letters/plan-letters.js';
import { replayLetters, type LetterReport } from '../../core/dead-letters/replay-letters.js';
import type { CliContext } from '../context.js';
import { beginMutation, type Mutation } from '../mutation/begin-mutation.js';
import { withStores, type Stores } from '../with-stores.js';
import { findLetters, type ChangeOptions } from './find-letters.js';
import { countLetters, NOTHING, recordLetterAction, showChange } from './show-change.js';

export interface ReplayOptions extends ChangeOptions {
  /** Letters a second. */
  readonly rate?: number;
  readonly force?: true;
}

/**
 * @param named letter ids, or `-`; empty: all that match
 * @throws AppError as `findLetters`; REFUSED as by `beginMutation`; PARTLY_FAILED or UNAVAILABLE after printing
 *   the results
 */
export async function runReplay(
  context: CliContext,
  named: readonly string[],
  options: ReplayOptions,
): Promise<void> {
  const config = requireSettings(await context.loadConfig(), ['kafkaBrokers', 'databaseUrl']);
  const mutation = beginMutation(context, config, 'dlq replay', options);
  const force = options.force === true;
  await withStores(context, config, async (stores) => {
    const found = await findLetters(context, config, stores, named, options);
    const planned = planLetterReplay(found.letters, { prefix: config.prefix, force });
    await showChange(context, { planned, more: found.more, verb: 'replayed' }, () =>
      mutation.dryRun
        ? Promise.resolve(NOTHING)
        : carryOut(context, mutation, stores, named, options, planned),
    );
  });
}

async function carryOut(
  context: CliContext,
  mutation: Mutation,
  stores: Stores,
  named: readonly string[],
  options: ReplayOptions,
  planned: readonly PlannedLetter[],
): Promise<LetterReport> {
  const todo = planned.filter(({ action }) => action === 'replay').length;
  if (todo === 0) return NOTHING;
  // One letter named by hand is its own confirmation; everything else is bulk.
  const single = named.length === 1 && named[0] !== '-';
  await mutation.confirm({ what: `send ${countLetters(todo)} again`, single });
  const pool = await stores.postgres();
  const report = await replayLetters({ pool, publisher: stores.publisher }, planned, {
    actor: mutation.operator.actor,
    again: options.force === true && named.length > 0,
    ...(options.rate !== undefined && { rate: options.rate }),
    onProgress: (done, total) => context.output.note(`${done} of ${total} done`),
  });
  await recordLetterAction(mutation, pool, named, options, report);
  return report;
}
