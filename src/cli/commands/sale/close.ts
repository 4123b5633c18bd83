/** `ordersctl sale close`: ends the sale of products. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';
import { withMutationOptions } from '../../mutation/options.js';
import { allOption } from '../../sale/products.js';

export function makeCloseCommand(context: CliContext) {
  const command = new Command('close')
    .summary('end the sale of products; buyers are told that it is over')
    .description(
      'Closes the sale of products: buyers get 410 and stop asking. Asks for the id of the product to be typed. ' +
        'Accepted orders and their payments go on.',
    )
    .argument('[products...]', 'ids of products')
    .addOption(allOption());
  return withMutationOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl sale close tee
  $ ordersctl sale close --all --dry-run
  $ ordersctl sale close tee --yes --reason 'end of season'     # in a script`,
    )
    .action(async (products, options) => {
      const { runSaleChange } = await import('../../sale/run-sale-change.js');
      await runSaleChange(context, products, { kind: 'close' }, options);
    });
}
