/** `ordersctl sale status`: what the sale of each product comes to now. */
import { Command } from '@commander-js/extra-typings';
import { EXIT } from '../../../core/errors.js';
import { assertRedisAnswered } from '../../assert-redis-answered.js';
import type { CliContext } from '../../context.js';

export function makeStatusCommand(context: CliContext) {
  return new Command('status')
    .summary('show what sells now, by which rules, and whether Redis has them')
    .description(
      'Shows the sale of each product: what a buyer meets now, window and limits, their revision in Postgres and in ' +
        'Redis, and the units left. Exit code 3 when Redis does not go by what Postgres says.',
    )
    .argument('[products...]', 'ids of products; default: all')
    .addHelpText(
      'after',
      `
Columns: NOW is what a buyer meets at this moment; REVISION counts the changes in Postgres, REDIS says whether Redis has the
same; UNITS are those available of those seeded.

Examples:
  $ ordersctl sale status
  $ ordersctl sale status tee --json`,
    )
    .action(async (products) => {
      const [{ saleStatus }, { readProducts }, { withCatalog }, { showStatus }] = await Promise.all([
        import('../../../core/catalog/sale-status.js'),
        import('../../sale/products.js'),
        import('../../with-catalog.js'),
        import('../../sale/show-status.js'),
      ]);
      const productIds = products.length === 0 ? undefined : await readProducts(products);
      const config = await context.loadConfig();
      const report = await withCatalog(context, config, (deps) => saleStatus(deps, productIds));
      if (!report.ok) context.exitWith(EXIT.problem);
      showStatus(context.output, report);
      assertRedisAnswered(report, 'this is what Postgres says, and nothing sells until Redis answers');
    });
}
