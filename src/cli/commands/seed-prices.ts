/** `ordersctl seed-prices`: loads prices of products into Postgres and Redis. */
import { Command } from '@commander-js/extra-typings';
import type { PricedProduct, SeedPricesReport, SeedPricesRequest } from '../../core/catalog/seed-prices.js';
import { EXIT } from '../../core/errors.js';
import { formatMoney } from '../../core/money.js';
import type { CliContext } from '../context.js';
import { dryRunOption, reasonOption, yesOption } from '../options.js';
import { renderTable } from '../output/table.js';
import { sellingText } from '../seed/selling-text.js';

export function makeSeedPricesCommand(context: CliContext) {
  return new Command('seed-prices')
    .description(
      'Loads prices of products: from a CSV file with the headers productId,price, or for one product.\n' +
        'All rows are checked before anything changes. Running it again changes nothing.',
    )
    .argument('[file]', 'CSV file, or - for standard input')
    .option('--product <id>', 'one product instead of a file')
    .option('--price <price>', "its price, such as '49.90 EUR'")
    .option('--currency <code>', 'currency of prices that name none, such as EUR')
    .addOption(dryRunOption())
    .addOption(yesOption())
    .addOption(reasonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (file, options) => {
      const [{ seedPrices }, { readPriceRows }, { withCatalog }, { operatorOf }] = await Promise.all([
        import('../../core/catalog/seed-prices.js'),
        import('../seed/price-request.js'),
        import('../with-catalog.js'),
        import('../operator.js'),
      ]);
      const config = await context.loadConfig();
      const request: SeedPricesRequest = {
        rows: await readPriceRows(context.io, file, options),
        ...operatorOf(config),
        dryRun: options.dryRun === true,
        ...(options.reason === undefined ? {} : { reason: options.reason }),
      };
      const report = await withCatalog(context, config, async (deps) => {
        const plan = await seedPrices(deps, { ...request, dryRun: true });
        if (request.dryRun) return plan;
        await confirm(context, plan, options.yes);
        return seedPrices(deps, request);
      });
      show(context, report);
    });
}

const EXAMPLES = `
A first price never asks. Changing the prices of several products asks first, or takes --yes.
Orders and holds keep the price they were made at.

Examples:
  $ ordersctl seed-prices prices.csv
  $ ordersctl seed-prices prices.csv --currency EUR --dry-run
  $ ordersctl seed-prices --product tee --price '49.90 EUR'`;

async function confirm(context: CliContext, plan: SeedPricesReport, yes: boolean | undefined): Promise<void> {
  const changed = plan.products.filter((product) => product.outcome === 'changed');
  if (changed.length < 2) return;
  const { requireConfirmation } = await import('../output/confirm.js');
  await requireConfirmation(context.io, { what: `change the prices of ${changed.length} products`, yes });
}

function show(context: CliContext, report: SeedPricesReport): void {
  const { output } = context;
  if (report.unavailable) context.exitWith(EXIT.unreachable);
  if (output.json) return output.data(report);
  output.line(
    renderTable<PricedProduct>(
      output,
      [
        { title: 'product', value: (row) => row.productId },
        { title: 'before', value: (row) => (row.before ? formatMoney(row.before) : ''), align: 'right' },
        { title: 'price', value: (row) => formatMoney(row.price), align: 'right' },
        { title: 'result', value: (row) => row.outcome },
        { title: 'sells', value: (row) => sellingText(row.selling, output.colours) },
      ],
      report.products,
    ),
  );
  if (report.dryRun) output.note('dry run: nothing was changed');
  const [unstocked] = report.products.filter((row) => row.selling.state === 'no-stock');
  if (unstocked) output.note(`next: ordersctl seed-stock --product ${unstocked.productId} --quantity 100`);
  if (report.unavailable) {
    output.note(
      'Redis is away: Postgres has the prices, Redis does not know of them. Run the same command again.',
    );
  }
}
