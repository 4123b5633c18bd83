/** Plans the repair of what an audit found, asks, carries it out, and audits again. */
import type { AuditReport } from '../../core/catalog/audit-report.js';
import type { CatalogDeps } from '../../core/catalog/catalog-deps.js';
import { planRepair, repairable, type PlannedRepair } from '../../core/catalog/plan-repair.js';
import { runRepair, type RepairReport } from '../../core/catalog/run-repair.js';
import type { Config } from '../../core/config/schema.js';
import { EXIT } from '../../core/errors.js';
import type { CliContext } from '../context.js';
import { interruptible, reportStop } from '../interrupt.js';
import { beginMutation } from '../mutation/begin-mutation.js';
import { renderPlan, renderRepaired, repairText } from './render-repair.js';
import { exitCodeOf, type AuditCommandOptions } from './run-audit-command.js';
import { showAudit } from './show-audit.js';

export interface RepairRequest {
  readonly deps: CatalogDeps;
  readonly audit: () => Promise<AuditReport>;
  readonly leakedAfterMs: number;
  readonly options: AuditCommandOptions;
}

/**
 * @returns the exit code: that of the audit afterwards; of a dry run and where nothing had to be done, that of the plan
 * @throws AppError REFUSED; UNAVAILABLE after printing what was done
 */
export async function repairProducts(
  context: CliContext,
  config: Config,
  request: RepairRequest,
): Promise<number> {
  const { output } = context;
  const { deps, audit, leakedAfterMs, options } = request;
  const mutation = beginMutation(context, config, 'audit --repair', options);
  const before = await audit();
  const planned = planRepair(before);
  const todo = repairable(planned);
  if (!output.json) showAudit(output, before);
  const isPossible = before.unavailable === undefined && todo.length > 0;
  if (!output.json && planned.length > 0) output.line(`\n${renderPlan(output, planned)}`);
  if (mutation.dryRun || !isPossible) {
    if (output.json) output.data({ ...before, planned, results: [] });
    if (mutation.dryRun) output.note('dry run: nothing was changed');
    else if (before.unavailable) output.note('nothing can be repaired while Redis is away');
    return mutation.dryRun && !before.unavailable ? EXIT.ok : exitCodeOf(before);
  }
  await mutation.confirm({ what: repairText(todo) });
  const { value: report, interruptedBy } = await interruptible(context, (signal) =>
    runRepair(deps, todo, {
      ...{ leakedAfterMs, signal, list: options.limit },
      onDone: (done, total) => output.note(`${done} of ${total} repairs done`),
    }),
  );
  await mutation.record(deps.pool, {
    arguments: { products: options.product ?? null },
    result: toRecord(report),
  });
  const isWhole = interruptedBy === null || report.finished >= todo.length;
  if (report.stoppedBy === null && isWhole) return conclude(context, request, planned, report);
  // Nobody waits for a further audit then.
  if (output.json) output.data({ ok: false, products: [], planned, results: report.results });
  else output.line(renderRepaired(output, report.results));
  if (report.stoppedBy) throw report.stoppedBy;
  reportStop(context, interruptedBy, { done: report.finished, total: todo.length, what: 'repairs' });
  return context.exitCode;
}

async function conclude(
  { output }: CliContext,
  { audit }: RepairRequest,
  planned: readonly PlannedRepair[],
  { results }: RepairReport,
): Promise<number> {
  const after = await audit();
  if (output.json) {
    output.data({ ...after, planned, results });
  } else {
    output.line(`\n${renderRepaired(output, results)}\n`);
    showAudit(output, after);
  }
  return exitCodeOf(after);
}

/** Repairs written out in the record of an operator action. */
const RECORDED = 100;

function toRecord({ results }: RepairReport): object {
  return results
    .slice(0, RECORDED)
    .map(({ productId, action, done, left, failed }) => ({ productId, action, done, left, failed }));
}
