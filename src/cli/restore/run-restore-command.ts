/** Plans a restore, asks, carries it out and reports product by product. */
import { planRestore, type PlannedRestore } from '../../core/catalog/plan-restore.js';
import { runRestore, type RestoreReport } from '../../core/catalog/run-restore.js';
import type { CatalogDeps } from '../../core/catalog/catalog-deps.js';
import type { Config } from '../../core/config/schema.js';
import { requireSettings } from '../../core/config/require-settings.js';
import { AppError } from '../../core/errors.js';
import { recordOperatorAction } from '../../core/postgres/record-operator-action.js';
import type { CliContext } from '../context.js';
import { operatorOf } from '../operator.js';
import { requireConfirmation } from '../output/confirm.js';
import { countBy } from '../replay/render-replay.js';
import { withCatalog } from '../with-catalog.js';
import { renderRestored, renderRestorePlan } from './render-restore.js';

export interface RestoreOptions {
  readonly all?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly reason?: string;
}

const NOTHING: RestoreReport = { results: [], stoppedBy: null };

/**
 * @throws AppError USAGE, PRODUCT_NOT_FOUND; REFUSED without a terminal and --yes; PARTLY_FAILED or UNAVAILABLE after
 *   printing the results
 */
export async function runRestoreCommand(
  context: CliContext,
  productIds: readonly string[],
  options: RestoreOptions,
): Promise<void> {
  assertOneWay(productIds, options);
  const config = requireSettings(await context.loadConfig(), ['databaseUrl', 'redisUrl']);
  await withCatalog(context, config, async (deps) => {
    const planned = await planRestore(deps, options.all ? undefined : [...new Set(productIds)]);
    if (!context.output.json) context.output.line(renderRestorePlan(context.output, planned));
    const report = options.dryRun
      ? NOTHING
      : await carryOut(context, config, deps, planned, { productIds, ...options });
    if (context.output.json) context.output.data({ planned, results: report.results });
    else if (report.results.length > 0) context.output.line(renderRestored(context.output, report.results));
    if (options.dryRun) context.output.note('dry run: nothing was changed');
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
  config: Config,
  deps: CatalogDeps,
  planned: readonly PlannedRestore[],
  given: RestoreOptions & { readonly productIds: readonly string[] },
): Promise<RestoreReport> {
  const todo = planned.filter((product) => product.action === 'rebuild').length;
  if (todo === 0) return NOTHING;
  // One product named by hand is its own confirmation; everything else is bulk.
  if (given.productIds.length !== 1) {
    const what = `rebuild ${todo} ${todo === 1 ? 'product' : 'products'} in Redis, closed meanwhile`;
    await requireConfirmation(context.io, { what, yes: given.yes });
  }
  const report = await runRestore(deps, planned);
  const { reason, productIds, all } = given;
  await recordOperatorAction(deps.pool, {
    ...operatorOf(config),
    command: 'restore',
    arguments: { productIds, all: all === true },
    reason: reason ?? null,
    result: countBy(report.results, (product) => product.outcome),
  });
  return report;
}

function assertDone({ results, stoppedBy }: RestoreReport): void {
  if (stoppedBy) throw stoppedBy;
  const failed = results.filter((product) => product.outcome === 'failed').length;
  if (failed === 0) return;
  throw new AppError('PARTLY_FAILED', `${failed} of ${results.length} products could not be rebuilt`, {
    hint: 'Run the same command again: what was rebuilt is left alone under --all',
  });
}
