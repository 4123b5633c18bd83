/** `ordersctl seed-stock`: loads units of products into Postgres and Redis. */
import { Command } from '@commander-js/extra-typings';
import type { SeededProduct, SeedStockReport, SeedStockRequest } from '../../core/catalog/seed-stock.js';
import { assertRedisAnswered } from '../assert-redis-answered.js';
import type { CliContext } from '../context.js';
import type { Mutation } from '../mutation/begin-mutation.js';
import { withMutationOptions } from '../mutation/options.js';
import { renderTable } from '../output/table.js';
import { sellingText } from '../seed/selling-text.js';

export function makeSeedStockCommand(context: CliContext) {
  const command = new Command('seed-stock')
    .description(
      'Loads units of products: from a CSV file with the headers productId,quantity, or for one product.\n' +
        'All rows are checked before anything changes. Running it again changes nothing.',
    )
    .argument('[file]', 'CSV file, or - for standard input')
    .option('--product <id>', 'one product instead of a file')
    .option('--quantity <units>', 'units it shall have')
    .option('--add <units>', 'units it shall have more, also during a sale')
    .option('--remove <units>', 'units it shall have less; claimed units stay')
    .option('--operation-id <id>', 'names an --add or --remove, so that a retry cannot apply it twice')
    .option('--replace', 'set the units also of a product with live orders')
    .option('--closed', 'close the sale first, so that nothing sells yet');
  return withMutationOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (file, options) => {
      const [{ seedStock }, { readStockRequest }, { withCatalog }, { beginMutation }] = await Promise.all([
        import('../../core/catalog/seed-stock.js'),
        import('../seed/stock-request.js'),
        import('../with-catalog.js'),
        import('../mutation/begin-mutation.js'),
      ]);
      const config = await context.loadConfig();
      const mutation = beginMutation(context, config, 'seed-stock', options);
      const request: SeedStockRequest = {
        ...(await readStockRequest(context.io, file, options)),
        ...mutation.request,
        closed: options.closed === true,
      };
      const report = await withCatalog(context, config, async (deps) => {
        const plan = await seedStock(deps, { ...request, dryRun: true });
        if (mutation.dryRun) return plan;
        await confirm(mutation, request, plan);
        return seedStock(deps, request);
      });
      show(context, report);
      assertRedisAnswered(report, 'Postgres has the units, Redis does not know of them');
    });
}

const EXAMPLES = `
A first load never asks. Taking units away, replacing them, or changing several products asks first, or takes --yes.

Examples:
  $ ordersctl seed-stock stock.csv
  $ ordersctl seed-stock --product tee --quantity 100 --closed
  $ ordersctl seed-stock --product tee --add 50 --operation-id restock-1
  $ ordersctl seed-stock stock.csv --dry-run --json`;

/** One more delivery for one product needs no question; whatever may be a mistake with consequences does. */
async function confirm(mutation: Mutation, request: SeedStockRequest, plan: SeedStockReport): Promise<void> {
  const changed = plan.products.filter(({ outcome }) => outcome !== 'unchanged');
  if (changed.length === 0) return;
  const existing = changed.filter(({ outcome }) => outcome === 'changed');
  const takesAway = existing.some((product) => product.seeded < (product.before ?? 0));
  const careful = existing.length > 1 || takesAway || (existing.length > 0 && request.mode === 'replace');
  const told = careful ? existing : changed;
  const named = told
    .slice(0, 3)
    .map(({ productId, before, seeded }) => `${productId} ${before ?? 0} → ${seeded}`);
  const more = told.length > named.length ? ', …' : '';
  const products = told.length === 1 ? 'one product' : `${told.length} products`;
  await mutation.confirm({
    what: `change the units of ${products} (${named.join(', ')}${more})`,
    single: !careful,
  });
}

function show(context: CliContext, report: SeedStockReport): void {
  const { output } = context;
  if (output.json) return output.data(report);
  output.line(
    renderTable<SeededProduct>(
      output,
      [
        { title: 'product', value: (row) => row.productId },
        { title: 'before', value: (row) => String(row.before ?? ''), align: 'right' },
        { title: 'units', value: (row) => String(row.seeded), align: 'right' },
        { title: 'claimed', value: (row) => String(row.claimed), align: 'right' },
        { title: 'result', value: (row) => row.outcome },
        { title: 'sells', value: (row) => sellingText(row.selling, output.colours) },
      ],
      report.products,
    ),
  );
  if (report.dryRun) output.note('dry run: nothing was changed');
  const [unpriced] = report.products.filter((row) => row.selling.state === 'no-price');
  if (unpriced)
    output.note(`next: ordersctl seed-prices --product ${unpriced.productId} --price '49.90 EUR'`);
}
