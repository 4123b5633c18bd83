/** Plans a change of sales, asks where it must, carries it out and reports product by product. */
import { changeSale, type ChangeSaleReport, type ChangeSaleRequest } from '../../core/catalog/change-sale.js';
import type { SaleIntent } from '../../core/catalog/plan-sale-change.js';
import { EXIT } from '../../core/errors.js';
import { assertRedisAnswered } from '../assert-redis-answered.js';
import type { CliContext } from '../context.js';
import { beginMutation, type Mutation } from '../mutation/begin-mutation.js';
import type { MutationOptions } from '../mutation/options.js';
import { withCatalog } from '../with-catalog.js';
import { readProductsOrAll } from './products.js';
import { showChange } from './show-change.js';

export interface SaleChangeOptions extends MutationOptions {
  readonly all?: true | undefined;
}

/**
 * @param products empty with --all
 * @throws AppError UNAVAILABLE after printing what is in Postgres, when Redis is away; USAGE, INPUT_INVALID, PRODUCT_NOT_FOUND; REFUSED as by `beginMutation`, and when not confirmed
 */
export async function runSaleChange(
  context: CliContext,
  products: readonly string[],
  intent: SaleIntent,
  options: SaleChangeOptions,
): Promise<void> {
  const productIds = await readProductsOrAll(products, options.all);
  const config = await context.loadConfig();
  const mutation = beginMutation(context, config, `sale ${intent.kind}`, options);
  const request: ChangeSaleRequest = { productIds, intent, ...mutation.request };
  const report = await withCatalog(context, config, async (deps) => {
    const plan = await changeSale(deps, { ...request, dryRun: true });
    if (mutation.dryRun) return plan;
    await confirm(mutation, intent, plan);
    // Exactly the products that were confirmed, also with --all.
    return changeSale(deps, { ...request, productIds: plan.products.map((one) => one.productId) });
  });
  const apart = report.products.some(({ redis }) => redis === 'behind' || redis === 'ahead');
  if (apart) context.exitWith(EXIT.failed);
  showChange(context.output, intent, report);
  assertRedisAnswered(
    report,
    mutation.dryRun
      ? 'by which rules it goes is not known'
      : 'Postgres has the rules, Redis goes on by those it had',
  );
}

/** Ending a sale is told to buyers and cannot be taken back: it is typed out. Other bulk changes need a yes. */
async function confirm(mutation: Mutation, intent: SaleIntent, plan: ChangeSaleReport): Promise<void> {
  const changed = plan.products.filter((one) => one.outcome === 'changed');
  const ended = changed.filter((one) => one.ends);
  const [first] = ended;
  if (first) {
    const typed = ended.length === 1 ? first.productId : `close ${ended.length} products`;
    return mutation.confirm({ what: `close the sale of ${naming(ended)}`, typed });
  }
  if (changed.length === 0) return;
  const verb = intent.kind === 'set' ? 'change' : intent.kind;
  await mutation.confirm({ what: `${verb} the sale of ${naming(changed)}`, single: changed.length === 1 });
}

const NAMED = 3;

function naming(products: readonly { readonly productId: string }[]): string {
  const ids = products.slice(0, NAMED).map((one) => one.productId);
  if (products.length === 1) return ids.join();
  return `${products.length} products (${ids.join(', ')}${products.length > NAMED ? ', …' : ''})`;
}
