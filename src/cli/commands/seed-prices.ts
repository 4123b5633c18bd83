/** `ordersctl seed-prices`: loads prices of products into Postgres and Redis. */
import { Command } from '@commander-js/extra-typings';
import type { PricedProduct, SeedPricesReport, SeedPricesRequest } from '../../core/catalog/seed-prices.js';
import { formatMoney } from '../../core/money.js';
import { assertRedisAnswered } from '../assert-redis-answered.js';
import type { CliContext } from '../context.js';
import type { Mutation } from '../mutation/begin-mutation.js';
import { withMutationOptions } from '../mutation/options.js';
import { renderTable } from '../output/table.js';
import { sellingText } from '../seed/selling-text.js';

export function makeSeedPricesCommand(context: CliContext) {
  const command = new Command('seed-prices')
    .description(
      'Loads prices of products: from a CSV file with the headers productId,price, or for one product.\n' +
        'All rows are checked before anything changes. Running it again changes nothing.',
    )
    .argument('[file]', 'CSV file, or - for standard input')
    .option('--product <id>', 'one product instead of a file')
    .option('--price <price>', "its price, such as '49.90 EUR'")
    .option('--currency <code>', 'currency of prices that name none, such as EUR');
  return withMutationOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (file, options) => {
      const [{ seedPrices }, { readPriceRows }, { withCatalog }, { beginMutation }] = await Promise.all([
        import('../../core/catalog/seed-prices.js'),
        import('../seed/price-request.js'),
        import('../with-catalog.js'),
        import('../mutation/begin-mutation.js'),
      ]);
      const config = await context.loadConfig();
      const mutation = beginMutation(context, config, 'seed-prices', options);
      const rows = await readPriceRows(context.io, file, options);
      const request: SeedPricesRequest = { rows, ...mutation.request };
      const report = await withCatalog(context, config, async (deps) => {
        const plan = await seedPrices(deps, { ...request, dryRun: true });
        if (mutation.dryRun) return plan;
        await confirm(mutation, plan);
        return seedPrices(deps, request);
      });
      show(context, report);
      assertRedisAnswered(report, 'Postgres has the prices, Redis does not know of them');
    });
}

const EXAMPLES = `
A first price never asks. Changing the prices of several products asks first, or takes --yes.
Orders and holds keep the price they were made at.

Examples:
  $ ordersctl seed-prices prices.csv
  $ ordersctl seed-prices prices.csv --currency EUR --dry-run
  $ ordersctl seed-prices --product tee --price '49.90 EUR'`;

async function confirm(mutation: Mutation, plan: SeedPricesReport): Promise<void> {
  const touched = plan.products.filter(({ outcome }) => outcome !== 'unchanged').length;
  if (touched === 0) return;
  const changed = plan.products.filter(({ outcome }) => outcome === 'changed').length;
  const single = changed < 2;
  const count = single ? touched : changed;
  await mutation.confirm({ what: `change the prices of ${count} product${count === 1 ? '' : 's'}`, single });
}

function show(context: CliContext, report: SeedPricesReport): void {
  const { output } = context;
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
}
