/** Plans a change of sales, asks where it must, carries it out and reports product by product. */
import { changeSale, type ChangeSaleReport, type ChangeSaleRequest } from '../../core/catalog/change-sale.js';
import type { SaleIntent } from '../../core/catalog/plan-sale-change.js';
import { EXIT } from '../../core/errors.js';
import type { CliContext } from '../context.js';
import { operatorOf } from '../operator.js';
import { requireConfirmation } from '../output/confirm.js';
import { withCatalog } from '../with-catalog.js';
import { readProductsOrAll } from './products.js';
import { showChange } from './show-change.js';

export interface SaleChangeOptions {
  readonly all?: true | undefined;
  readonly dryRun?: true | undefined;
  readonly yes?: true | undefined;
  readonly reason?: string | undefined;
}

/**
 * @param products empty with --all
 * @throws AppError USAGE, INPUT_INVALID, PRODUCT_NOT_FOUND; REFUSED without a terminal and --yes, and when not confirmed
 */
export async function runSaleChange(
  context: CliContext,
  products: readonly string[],
  intent: SaleIntent,
  options: SaleChangeOptions,
): Promise<void> {
  const productIds = await readProductsOrAll(products, options.all);
  const config = await context.loadConfig();
  const request: ChangeSaleRequest = {
    productIds,
    intent,
    ...operatorOf(config),
    dryRun: options.dryRun === true,
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  };
  const report = await withCatalog(context, config, async (deps) => {
    const plan = await changeSale(deps, { ...request, dryRun: true });
    if (request.dryRun) return plan;
    await confirm(context, intent, plan, options.yes);
    // Exactly the products that were confirmed, also with --all.
    return changeSale(deps, { ...request, productIds: plan.products.map((one) => one.productId) });
  });
  const apart = report.products.some(({ redis }) => redis === 'behind' || redis === 'ahead');
  if (report.unavailable) context.exitWith(EXIT.unreachable);
  else if (apart) context.exitWith(EXIT.failed);
  showChange(context.output, intent, report);
}

/** Ending a sale is told to buyers and cannot be taken back: it is typed out. Other bulk changes need a yes. */
async function confirm(
  { io }: CliContext,
  intent: SaleIntent,
  plan: ChangeSaleReport,
  yes: true | undefined,
): Promise<void> {
  const changed = plan.products.filter((one) => one.outcome === 'changed');
  const ended = changed.filter((one) => one.ends);
  const [first] = ended;
  if (first) {
    const typed = ended.length === 1 ? first.productId : `close ${ended.length} products`;
    return requireConfirmation(io, { what: `close the sale of ${naming(ended)}`, yes, typed });
  }
  if (changed.length < 2) return;
  const verb = intent.kind === 'set' ? 'change' : intent.kind;
  await requireConfirmation(io, { what: `${verb} the sale of ${naming(changed)}`, yes });
}

const NAMED = 3;

function naming(products: readonly { readonly productId: string }[]): string {
  const ids = products.slice(0, NAMED).map((one) => one.productId);
  if (products.length === 1) return ids.join();
  return `${products.length} products (${ids.join(', ')}${products.length > NAMED ? ', …' : ''})`;
}
