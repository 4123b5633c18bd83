/** After the sale: the page, the record, and its products removed or kept, as the verdict and the operator want it. */
import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import { cleanRehearsal, findLeftovers, type Cleaned } from '../../bench/rehearse/clean-rehearsal.js';
import type { RehearsalReport } from '../../bench/rehearse/report.js';
import type { CatalogDeps } from '../../core/catalog/catalog-deps.js';
import { AppError } from '../../core/errors.js';
import { collectReport } from '../../core/report/collect-report.js';
import type { CliContext } from '../context.js';
import { inContext } from '../in-context.js';
import type { Mutation } from '../mutation/begin-mutation.js';
import { writeReportFile } from '../report/write-report-file.js';
import { logFolderOf } from './hold-here.js';
import type { Plan } from './make-plan.js';
import type { RehearseOptions } from './options.js';
import { showRehearsal } from './show-report.js';

export interface Ending {
  readonly report: RehearsalReport;
  readonly catalog: CatalogDeps;
  readonly mutation: Mutation;
  readonly options: RehearseOptions;
  readonly plan: Plan;
}

/** Figures of the last second are written a second later, and would outlive their product. */
const FIGURES_SETTLE_MS = 2_500;

export async function conclude(context: CliContext, ending: Ending): Promise<void> {
  const { report, catalog, mutation, options, plan } = ending;
  const { io, output } = context;
  if (options.html !== undefined) await writePage(context, ending, options.html);
  const { verdict, run, orders, checks } = report;
  await mutation.record(catalog.pool, {
    arguments: { run, verdict },
    result: {
      verdict,
      accepted: orders.accepted,
      confirmed: orders.confirmed,
      failedChecks: checks.filter(({ ok }) => !ok).map(({ name }) => name),
    },
  });
  const isKept = options.keep === true || verdict === 'failed';
  const kept = isKept ? null : await tryToClean(catalog, run);
  const cleaned = kept !== null && !(kept instanceof AppError) ? kept : null;
  if (cleaned) {
    await mutation.record(catalog.pool, { arguments: { run, clean: true }, result: cleaned });
    rmSync(logFolderOf(io.cwd, run), { recursive: true, force: true });
  }
  const notCleaned = kept instanceof AppError ? kept.message : null;
  if (output.json) return output.data({ ...report, cleaned, notCleaned });
  const clean = inContext(context.flags, `ordersctl rehearse --clean ${run}`) ?? '';
  const logs =
    plan.withRoles && !cleaned
      ? [`The logs of its roles are in ${relative(io.cwd, logFolderOf(io.cwd, run))}/logs.`]
      : [];
  const after = cleaned
    ? [
        `Removed: ${cleaned.products} products, ${cleaned.orders} orders, ${cleaned.events} events, ${cleaned.payments} payments.`,
      ]
    : [
        ...(notCleaned !== null ? [`Not removed: ${notCleaned}.`] : []),
        `Everything of it is still there. To remove it: ${clean}`,
      ];
  showRehearsal(context, report, [...after, ...logs]);
}

/** @returns why it cannot be, yet */
async function tryToClean(catalog: CatalogDeps, run: string): Promise<Cleaned | AppError> {
  await new Promise((resolve) => setTimeout(resolve, FIGURES_SETTLE_MS));
  try {
    return await cleanRehearsal(catalog, await findLeftovers(catalog, run));
  } catch (error) {
    if (error instanceof AppError && error.code === 'REFUSED') return error;
    throw error;
  }
}

async function writePage(
  { io, output }: CliContext,
  { catalog, plan, options }: Ending,
  file: string,
): Promise<void> {
  const productIds = plan.goods.map(({ productId }) => productId);
  const report = await collectReport({ pool: catalog.pool }, { productIds });
  const { renderHtml } = await import('../report/html/render-html.js');
  const page = renderHtml(report);
  await writeReportFile({ cwd: io.cwd, file, force: options.force === true }, page);
  output.note(`${file} is written`);
}
