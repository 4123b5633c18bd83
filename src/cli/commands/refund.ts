/** `ordersctl refund`: calls sales off and gives their money back. */
import { Command, Option } from '@commander-js/extra-typings';
import { parseDuration } from '../../core/duration.js';
import { withSelectionOptions } from '../bulk/options.js';
import type { CliContext } from '../context.js';
import { withMutationOptions } from '../mutation/options.js';

const TIMEOUT_MS = 60_000;

export function makeRefundCommand(context: CliContext) {
  const command = new Command('refund')
    .description(
      'Calls sales off: the money of CONFIRMED orders goes back, whole, through the gateway that took it. The order stays ' +
        'CONFIRMED and shows its refund. Refunding twice is one refund. The worker moves the money; --wait follows it.',
    )
    .argument(
      '[orders...]',
      'exactly these orders; or - for ids, or lines of list --ndjson, on standard input; default: all sales that match the filters',
    )
    .option('--restock', 'give the units back to the sale too, and the customer the count')
    .option('--wait', 'until the money is back')
    .addOption(
      new Option('--timeout <duration>', 'of --wait').argParser(parseDuration).default(TIMEOUT_MS, '60s'),
    );
  return withMutationOptions(withSelectionOptions(command, 'refund'))
    .addHelpText(
      'after',
      `
Actions of the plan: refund, restock (refunded before, its units come back now), skip (nothing left to do), refuse (no
sale: an order that has not been confirmed is for ordersctl cancel; what was taken for one that has ended goes back by
itself). Part of an order cannot be refunded. Without ids a filter is required; it means sales not called off yet.
--restock does not check whether the goods can be sold again: leave it out for what is damaged. It can follow later.
Exit 1 when a sale was not called off or a refund was refused (ordersctl review), 5 when money or units are still on
their way: the worker goes on by itself. Running it again does nothing twice.

Examples:
  $ ordersctl refund 7f8e1c1e-0d2b-4a53-9c65-5b1f3f0e9a77 --reason 'arrived broken' --wait
  $ ordersctl refund --product tee --dry-run
  $ ordersctl refund --product tee --since 2h --restock --yes --reason 'sale called off'
  $ ordersctl refund - --yes --ndjson < orders.txt > results.ndjson`,
    )
    .action(async (orders, options) => {
      const { runRefundCommand } = await import('../refund/run-refund-command.js');
      await runRefundCommand(context, orders, options);
    });
}
