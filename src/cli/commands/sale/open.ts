/** `ordersctl sale open`: lets products be sold. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';
import { withMutationOptions } from '../../mutation/options.js';
import { allOption } from '../../sale/products.js';

export function makeOpenCommand(context: CliContext) {
  const command = new Command('open')
    .summary('let products be sold, within their window and limits')
    .description(
      'Opens the sale of products. Window and limits stay as they are. With --all, sales that were closed stay closed: ' +
        'name a product to sell it again.',
    )
    .argument('[products...]', 'ids of products')
    .addOption(allOption());
  return withMutationOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl sale open tee
  $ ordersctl sale open --all --yes --reason 'payment provider is back'`,
    )
    .action(async (products, options) => {
      const { runSaleChange } = await import('../../sale/run-sale-change.js');
      await runSaleChange(context, products, { kind: 'open', evenClosed: options.all !== true }, options);
    });
}
