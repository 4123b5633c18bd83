/** `ordersctl sale pause`: accepts nothing for a while. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';
import { withMutationOptions } from '../../mutation/options.js';
import { allOption } from '../../sale/products.js';

export function makePauseCommand(context: CliContext) {
  const command = new Command('pause')
    .summary('accept no orders for a while; buyers are told to come again')
    .description(
      'Pauses the sale of products. Once it has returned, no replica accepts an order that comes later: buyers get ' +
        '503 with Retry-After. Accepted orders and their payments go on. A closed sale stays closed.',
    )
    .argument('[products...]', 'ids of products')
    .addOption(allOption());
  return withMutationOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl sale pause tee --reason 'wrong price'
  $ ordersctl sale pause --all --yes`,
    )
    .action(async (products, options) => {
      const { runSaleChange } = await import('../../sale/run-sale-change.js');
      await runSaleChange(context, products, { kind: 'pause' }, options);
    });
}
