/** Looks at a deployment, or at what a sale needs, and says what is wrong and how to mend it. */
import { createSources, type Check, type Sources } from '../../core/doctor/check.js';
import { findProductsForSale } from '../../core/doctor/find-products-for-sale.js';
import { isGroupName, GROUPS, type GroupName } from '../../core/doctor/groups.js';
import { planChecks, planForSale } from '../../core/doctor/plan-checks.js';
import { exitCodeOf, toReport } from '../../core/doctor/report.js';
import { runChecks } from '../../core/doctor/run-checks.js';
import { failed } from '../../core/doctor/verdict.js';
import { withinTime } from '../../core/doctor/within-time.js';
import { nearest } from '../../core/nearest.js';
import { AppError } from '../../core/errors.js';
import type { CliContext } from '../context.js';
import { readProducts } from '../sale/products.js';
import { withStores } from '../with-stores.js';
import { showReport } from './show-report.js';

export interface DoctorOptions {
  /** Products; true for all that are for sale. */
  readonly forSale?: readonly string[] | true;
  readonly only?: readonly string[];
  /** In ms. */
  readonly timeout?: number;
  readonly strict?: boolean;
}

const TIMEOUT_MS = 5_000;

/** @throws AppError USAGE; what the stores say is told, not thrown */
export async function runDoctor(context: CliContext, options: DoctorOptions): Promise<void> {
  const { forSale, strict = false, timeout: timeoutMs = TIMEOUT_MS } = options;
  if (forSale !== undefined && options.only !== undefined) {
    throw new AppError('USAGE', 'a go-live list is whole: --only cannot be used with --for-sale');
  }
  const only = options.only && toGroups(options.only);
  const named = Array.isArray(forSale) ? await readProducts(forSale) : undefined;
  const examined = await context.examineConfig();
  await withStores(context, examined.config, async (stores) => {
    const sources = createSources({ examined, env: context.io.env, stores });
    const products = forSale === undefined ? null : (named ?? (await productsForSale(sources, timeoutMs)));
    const checks = products === null ? await planChecks(only) : await planForSale(products);
    const all = products?.length === 0 ? [...checks, NOTHING_FOR_SALE] : checks;
    const checked = await runChecks(all, sources, { timeoutMs });
    const report = toReport(checked, { strict, forSale: products });
    context.exitWith(exitCodeOf(report, sources.reaches));
    // Before the connections are given back: one to a server that does not answer takes its time.
    showReport(context, report);
  });
}

/** Nothing where it cannot be found out: then the lines of PostgreSQL say why. */
async function productsForSale(sources: Sources, timeoutMs: number): Promise<readonly string[]> {
  try {
    return await withinTime(findProductsForSale(sources), timeoutMs, 'PostgreSQL');
  } catch (error) {
    if (error instanceof AppError && error.code === 'USAGE') throw error;
    return [];
  }
}

const NOTHING_FOR_SALE: Check = {
  id: 'sale.products',
  title: 'products',
  needs: ['tables'],
  look: () =>
    failed('no product has stock and a sale to come', 'ordersctl seed-stock --product tee --quantity 100'),
};

/** @throws AppError USAGE */
function toGroups(given: readonly string[]): ReadonlySet<GroupName> {
  const names = given.flatMap((part) => part.split(',')).map((part) => part.trim());
  const groups = names.filter((name) => name !== '');
  const known = GROUPS.map(({ name }) => name);
  for (const name of groups) {
    if (isGroupName(name)) continue;
    const meant = nearest(name, known);
    throw new AppError('USAGE', `there is no group of checks "${name}"`, {
      hint: meant === undefined ? `Groups: ${known.join(', ')}` : `Did you mean ${meant}?`,
    });
  }
  if (groups.length === 0) throw new AppError('USAGE', `--only names no group: ${known.join(', ')}`);
  return new Set(groups.filter(isGroupName));
}
