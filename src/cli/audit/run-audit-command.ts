/** Audits, shows what was found, and has it repaired where that was asked for. */
import { auditProducts } from '../../core/catalog/audit.js';
import type { AuditReport } from '../../core/catalog/audit-report.js';
import { requireSettings } from '../../core/config/require-settings.js';
import { AppError, EXIT } from '../../core/errors.js';
import type { CliContext } from '../context.js';
import type { MutationOptions } from '../mutation/options.js';
import { withCatalog } from '../with-catalog.js';
import { repairProducts } from './repair-products.js';
import { showAudit } from './show-audit.js';

export interface AuditCommandOptions extends MutationOptions {
  readonly product?: readonly string[] | undefined;
  readonly limit: number;
  readonly repair?: true | undefined;
}

/**
 * @throws AppError USAGE, PRODUCT_NOT_FOUND, UNAVAILABLE; REFUSED when a repair is not confirmed. The exit code tells what was
 *   found
 */
export async function runAuditCommand(context: CliContext, options: AuditCommandOptions): Promise<void> {
  if (!options.repair) assertNothingToConfirm(options);
  const config = requireSettings(await context.loadConfig(), ['databaseUrl', 'redisUrl']);
  await withCatalog(context, config, async (deps) => {
    const leakedAfterMs = config.holdSweepAge;
    const audit = () => auditProducts(deps, options.product, { leakedAfterMs, list: options.limit });
    if (options.repair) {
      context.exitWith(await repairProducts(context, config, { deps, audit, leakedAfterMs, options }));
      return;
    }
    const report = await audit();
    context.exitWith(exitCodeOf(report));
    if (context.output.json) context.output.data(report);
    else showAudit(context.output, report);
  });
}

/** Of a report that was printed. */
export function exitCodeOf(report: AuditReport): number {
  if (report.unavailable) return EXIT.unreachable;
  return report.ok ? EXIT.ok : EXIT.problem;
}

function assertNothingToConfirm({ dryRun, yes, confirm, reason }: MutationOptions): void {
  const given = { '--dry-run': dryRun, '--yes': yes, '--confirm': confirm, '--reason': reason };
  const flag = Object.entries(given).find(([, value]) => value !== undefined)?.[0];
  if (flag === undefined) return;
  throw new AppError('USAGE', `${flag} goes with --repair: an audit by itself changes nothing`, {
    hint: 'ordersctl audit --repair --dry-run shows what would be mended',
  });
}
