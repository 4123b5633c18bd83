/** `ordersctl restore`: rebuilds products that Redis has lost. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';
import { withMutationOptions } from '../mutation/options.js';

export function makeRestoreCommand(context: CliContext) {
  const command = new Command('restore')
    .description(
      'Rebuilds products in Redis from Postgres: units, holds, limits, ended attempts, price and sale. serve does ' +
        'it by itself when it notices a loss; this is for doing it at once or by hand. Orders and stock in Postgres ' +
        'stay as they are. A product sells nothing while it is rebuilt, mostly well under a second.',
    )
    .argument('[products...]', 'exactly these products, also when nothing seems lost')
    .option('--all', 'every product that Redis has lost');
  return withMutationOptions(command)
    .addHelpText(
      'after',
      `
States: in-step (nothing lost), not-loaded (Redis does not hold it), other-epoch (Redis holds an older load, whose
orders are refused), other-server (Redis restarted or failed over since the load). Exit 1 when a product could not be
rebuilt; it stays closed: run it again.

Examples:
  $ ordersctl restore --all --dry-run
  $ ordersctl restore --all --yes --reason 'redis failed over'
  $ ordersctl restore tee`,
    )
    .action(async (products, options) => {
      const { runRestoreCommand } = await import('../restore/run-restore-command.js');
      await runRestoreCommand(context, products, options);
    });
}
