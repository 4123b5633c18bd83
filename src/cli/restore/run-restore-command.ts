/** Plans a restore, asks, carries it out and reports product by product. */
import { planRestore, type PlannedRestore } from '../../core/catalog/plan-restore.js';
import { runRestore, type RestoreReport } from '../../core/catalog/run-restore.js';
import type { CatalogDeps } from '../../core/catalog/catalog-deps.js';
import { requireSettings } from '../../core/config/require-settings.js';
import { AppError } from '../../core/errors.js';
import type { EndingSignal } from '../../core/ending-signals.js';
import type { CliContext } from '../context.js';
import { interruptible, reportStop } from '../interrupt.js';
import { beginMutation, type Mutation } from '../mutation/begin-mutation.js';
import type { MutationOptions } from '../mutation/options.js';
import { countBy } from '../replay/render-replay.js';
import { withCatalog } from '../with-catalog.js';
import { renderRestored, renderRestorePlan } from './render-restore.js';

export interface RestoreOptions extends MutationOptions {
  readonly all?: true | undefined;
}

interface Carried extends RestoreReport {
  readonly interruptedBy: EndingSignal | null;
}

const NOTHING: Carried = { results: [], stoppedBy: null, interruptedBy: null };

/**
 * @throws AppError USAGE, PRODUCT_NOT_FOUND; REFUSED when it is not confirmed; PARTLY_FAILED or UNAVAILABLE after
 *   printing the results
 */
export async function runRestoreCommand(
  context: CliContext,
  productIds: readonly string[],
  options: RestoreOptions,
): Promise<void> {
  assertOneWay(productIds, options);
  const config = requireSettings(await context.loadConfig(), ['databaseUrl', 'redisUrl']);
  const mutation = beginMutation(context, config, 'restore', options);
  await withCatalog(context, config, async (deps) => {
    const planned = await planRestore(deps, options.all ? undefined : [...new Set(productIds)]);
    if (!context.output.json) context.output.line(renderRestorePlan(context.output, planned));
    const report = mutation.dryRun
      ? NOTHING
      : await carryOut(context, mutation, deps, planned, { productIds, all: options.all === true });
    if (context.output.json) context.output.data({ planned, results: report.results });
    else if (report.results.length > 0) context.output.line(renderRestored(context.output, report.results));
    if (mutation.dryRun) context.output.note('dry run: nothing was changed');
    const total = planned.filter((product) => product.action === 'rebuild').length;
    const stopped = { done: report.results.length, total, what: 'products' };
    if (reportStop(context, report.interruptedBy, stopped)) return;
    assertDone(report);
  });
}

function assertOneWay(productIds: readonly string[], { all }: RestoreOptions): void {
  if (productIds.length > 0 !== (all === true)) return;
  throw new AppError('USAGE', all ? 'name products or use --all, not both' : 'name products, or use --all', {
    hint: 'ordersctl restore --all --dry-run shows what Redis has lost',
  });
}

async function carryOut(
  context: CliContext,
  mutation: Mutation,
  deps: CatalogDeps,
  planned: readonly PlannedRestore[],
  named: { readonly productIds: readonly string[]; readonly all: boolean },
): Promise<Carried> {
  const todo = planned.filter((product) => product.action === 'rebuild').length;
  if (todo === 0) return NOTHING;
  const what = `rebuild ${todo} ${todo === 1 ? 'product' : 'products'} in Redis, closed meanwhile`;
  await mutation.confirm({ what, single: named.productIds.length === 1 });
  const { value: report, interruptedBy } = await interruptible(context, (stop) =>
    runRestore(deps, planned, stop),
  );
  const result = countBy(report.results, (product) => product.outcome);
  await mutation.record(deps.pool, { arguments: named, result });
  return { ...report, interruptedBy };
}

function assertDone({ results, stoppedBy }: RestoreReport): void {
  if (stoppedBy) throw stoppedBy;
  const failed = results.filter((product) => product.outcome === 'failed').length;
  if (failed === 0) return;
  throw new AppError('PARTLY_FAILED', `${failed} of ${results.length} products could not be rebuilt`, {
    hint: 'Run the same command again: what was rebuilt is left alone under --all',
  });
}
