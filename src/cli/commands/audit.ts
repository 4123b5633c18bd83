/** `ordersctl audit`: checks that no unit was lost or sold twice, and mends what differs. */
import { Command, Option } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';
import { withMutationOptions } from '../mutation/options.js';
import { productOption, wholeNumber } from '../options.js';

const MAX_LISTED = 10_000;

export function makeAuditCommand(context: CliContext) {
  const command = new Command('audit')
    .description(
      'Checks for every product that seeded = available + held + sold in Postgres, and that Redis agrees: its counter, ' +
        'its holds one by one, what limits count of each customer, and the marks of ended reservations. Safe during a ' +
        'sale. Exit code 3 when something is wrong; with --repair 0 once it is mended.',
    )
    .addOption(productOption())
    .addOption(
      new Option('-n, --limit <count>', 'of each kind list at most so many; all are counted')
        .argParser(wholeNumber(1, MAX_LISTED))
        .default(20),
    )
    .option('--repair', 'mend what is wrong: shows what would be done, asks, and audits again');
  return withMutationOptions(command)
    .addHelpText('after', NOTES)
    .action(async (options) => {
      const { runAuditCommand } = await import('../audit/run-audit-command.js');
      await runAuditCommand(context, options);
    });
}

const NOTES = `
Columns: available units, units held by orders not yet final, units sold, the counter in Redis, units in flight (held in
Redis for orders that are being written or given back; --json lists them), and the drift: counter + holds without an
order − available. A hold without an order counts as leaked once it is older than ORDERSCTL_HOLD_SWEEP_AGE.

Repairs are safe during a sale and beside each other. A wrong counter, and a product that Redis has lost, is rebuilt
from Postgres, which closes the product for a moment; everything else is mended one by one, with nothing closed. What is
in flight is not touched. Orders that do not add up to the claimed units, and money in the wrong place, are shown and left to
a person. --dry-run, --yes, --confirm and --reason go with --repair.

Examples:
  $ ordersctl audit
  $ ordersctl audit --product tee --json
  $ ordersctl audit --repair --dry-run
  $ ordersctl audit --repair --yes --reason 'redis was edited by hand'`;
