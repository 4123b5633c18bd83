/** `ordersctl seed-stock`: loads units of products into Postgres and Redis. */
import { Command } from '@commander-js/extra-typings';
import type { SeededProduct, SeedStockReport, SeedStockRequest } from '../../core/catalog/seed-stock.js';
import { EXIT } from '../../core/errors.js';
import type { CliContext } from '../context.js';
import { dryRunOption, reasonOption, yesOption } from '../options.js';
import { renderTable } from '../output/table.js';
import { sellingText } from '../seed/selling-text.js';

export function makeSeedStockCommand(context: CliContext) {
  return new Command('seed-stock')
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
    .option('--closed', 'close the sale first, so that nothing sells yet')
    .addOption(dryRunOption())
    .addOption(yesOption())
    .addOption(reasonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (file, options) => {
      const [{ seedStock }, { readStockRequest }, { withCatalog }, { operatorOf }] = await Promise.all([
        import('../../core/catalog/seed-stock.js'),
        import('../seed/stock-request.js'),
        import('../with-catalog.js'),
        import('../operator.js'),
      ]);
      const config = await context.loadConfig();
      const request: SeedStockRequest = {
        ...(await readStockRequest(context.io, file, options)),
        ...operatorOf(config),
        closed: options.closed === true,
        dryRun: options.dryRun === true,
        ...(options.reason === undefined ? {} : { reason: options.reason }),
      };
      const report = await withCatalog(context, config, async (deps) => {
        const plan = await seedStock(deps, { ...request, dryRun: true });
        if (request.dryRun) return plan;
        await confirm(context, request, plan, options.yes);
        return seedStock(deps, request);
      });
      show(context, report);
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
async function confirm(
  context: CliContext,
  request: SeedStockRequest,
  plan: SeedStockReport,
  yes: boolean | undefined,
): Promise<void> {
  const changed = plan.products.filter((product) => product.outcome === 'changed');
  const takesAway = changed.some((product) => product.seeded < (product.before ?? 0));
  const careful = changed.length > 1 || takesAway || request.mode === 'replace';
  if (changed.length === 0 || !careful) return;
  const { requireConfirmation } = await import('../output/confirm.js');
  const named = changed
    .slice(0, 3)
    .map((product) => `${product.productId} ${product.before} → ${product.seeded}`);
  const more = changed.length > named.length ? ', …' : '';
  const products = changed.length === 1 ? 'one product' : `${changed.length} products`;
  await requireConfirmation(context.io, {
    what: `change the units of ${products} (${named.join(', ')}${more})`,
    yes,
  });
}

function show(context: CliContext, report: SeedStockReport): void {
  const { output } = context;
  if (report.unavailable) context.exitWith(EXIT.unreachable);
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
  if (report.unavailable) {
    output.note(
      'Redis is away: Postgres has the units, Redis does not know of them. Run the same command again.',
    );
  }
}
