/** Looks what sweeps would find, asks, runs them one after the other, and says what came of each. */
import { requireSettings } from '../../core/config/require-settings.js';
import { AppError, EXIT, toAppError } from '../../core/errors.js';
import { checkSchema } from '../../core/postgres/check-schema.js';
import { createSweepLooks } from '../../core/sweeps/sweep-looks.js';
import { SWEEPS, type SweepName } from '../../core/sweeps/sweep-names.js';
import { createSweepRuns, runToEnd, type SweepRunDeps } from '../../core/sweeps/sweep-runs.js';
import type { CliContext } from '../context.js';
import { createVoice } from '../create-voice.js';
import { interruptible, reportStop } from '../interrupt.js';
import { beginMutation, type Mutation } from '../mutation/begin-mutation.js';
import type { MutationOptions } from '../mutation/options.js';
import { withStores } from '../with-stores.js';
import { openSweepDeps } from './open-sweep-deps.js';
import { renderDrift, renderFound, renderSwept, sweepText } from './render-sweep.js';
import { isTodo, outcomeOf, toSweptJson, type Swept } from './swept.js';

export interface SweepOptions extends MutationOptions {
  readonly all?: true | undefined;
}

const NEVER = new AbortController().signal;

/**
 * @throws AppError USAGE; REFUSED unless the operator agrees; after printing the results UNAVAILABLE or PARTLY_FAILED. Exit
 *   code 3 when units do not add up
 */
export async function runSweepCommand(
  context: CliContext,
  names: readonly SweepName[],
  options: SweepOptions,
): Promise<void> {
  const wanted = choose(names, options);
  const config = requireSettings(await context.loadConfig(), ['databaseUrl', 'redisUrl']);
  const mutation = beginMutation(context, config, 'sweep', options);
  await withStores(context, config, async (stores) => {
    await checkSchema(await stores.postgres());
    const deps = await openSweepDeps(stores, config);
    try {
      await sweepAndTell(context, mutation, deps, wanted);
    } finally {
      await deps.close();
    }
  });
}

async function sweepAndTell(
  context: CliContext,
  mutation: Mutation,
  deps: SweepRunDeps,
  wanted: readonly SweepName[],
): Promise<void> {
  const { output } = context;
  const found = await lookAt(context, deps, wanted);
  if (!output.json) output.line(renderFound(output, found));
  const todo = mutation.dryRun ? [] : found.filter(isTodo);
  if (todo.length > 0) await mutation.confirm({ what: sweepText(todo) });
  const { value, interruptedBy } = await interruptible(context, (stop) => runAll(context, deps, todo, stop));
  const swept = found.map((one) => value.swept.find(({ sweep }) => sweep === one.sweep) ?? one);
  if (todo.length > 0) {
    const told = value.swept.map(({ sweep, mended, error }) => [sweep, error?.message ?? mended]);
    await mutation.record(deps.pool, {
      arguments: { sweeps: wanted },
      result: Object.fromEntries(told),
    });
    if (!output.json) output.line(`\n${renderSwept(output, value.swept)}`);
  }
  if (output.json) output.data({ sweeps: swept.map(toSweptJson) });
  if (mutation.dryRun) output.note('dry run: nothing was changed');
  const stopped = { done: value.done, total: todo.length, what: 'sweeps' };
  if (!reportStop(context, interruptedBy, stopped)) conclude(context, swept);
}

function choose(names: readonly SweepName[], { all }: SweepOptions): readonly SweepName[] {
  if (names.length > 0 === (all === true)) {
    throw new AppError('USAGE', all ? 'name sweeps or use --all, not both' : 'name sweeps, or use --all', {
      hint: 'ordersctl sweep --all --dry-run shows what each would find',
    });
  }
  return all ? SWEEPS : [...new Set(names)];
}

async function lookAt(
  context: CliContext,
  deps: SweepRunDeps,
  wanted: readonly SweepName[],
): Promise<Swept[]> {
  const looks = createSweepLooks(deps);
  const voice = createVoice(context);
  const found: Swept[] = [];
  try {
    for (const sweep of wanted) {
      voice.status(`looking for ${sweep}`);
      try {
        found.push({ sweep, look: await looks[sweep](NEVER), mended: null, error: null });
      } catch (thrown) {
        found.push({ sweep, look: null, mended: null, error: toAppError(thrown) });
      }
    }
  } finally {
    voice.end();
  }
  return found;
}

/** @returns `done`: those that came to their end, or failed; one that the signal has stopped may have mended something */
async function runAll(
  context: CliContext,
  deps: SweepRunDeps,
  todo: readonly Swept[],
  stop: AbortSignal,
): Promise<{ swept: Swept[]; done: number }> {
  const runs = createSweepRuns(deps);
  const voice = createVoice(context);
  const swept: Swept[] = [];
  let done = 0;
  for (const one of todo) {
    if (stop.aborted) {
      swept.push(one);
      continue;
    }
    try {
      const mended = await runToEnd(runs[one.sweep], stop, (so) =>
        voice.status(`${one.sweep}: ${so.toLocaleString('en-US')} mended`),
      );
      swept.push({ ...one, mended });
      if (!stop.aborted || mended >= (one.look?.found ?? 0)) done += 1;
    } catch (thrown) {
      swept.push({ ...one, error: toAppError(thrown) });
      done += 1;
    }
  }
  voice.end();
  return { swept, done };
}

/** @throws AppError of what could not run */
function conclude(context: CliContext, swept: readonly Swept[]): void {
  for (const one of swept) {
    if (outcomeOf(one) !== 'problem') continue;
    context.exitWith(EXIT.problem);
    context.output.note(renderDrift(context.output, one));
  }
  const errors = swept.flatMap(({ error }) => error ?? []);
  const [first] = errors;
  if (!first) return;
  if (swept.length === 1) throw first;
  const away = errors.find(({ code }) => code === 'UNAVAILABLE');
  const worst = away ?? first;
  throw new AppError(
    away ? 'UNAVAILABLE' : 'PARTLY_FAILED',
    `${errors.length} of ${swept.length} sweeps could not run: ${worst.message}`,
    { hint: worst.hint ?? 'Run the same command again', cause: worst },
  );
}
