/** `ordersctl cancel`: ends orders that are not final and gives their units back. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';
import { dryRunOption, reasonOption, yesOption } from '../options.js';

export function makeCancelCommand(context: CliContext) {
  return new Command('cancel')
    .description(
      'Cancels orders that have not ended and gives their units back, whatever state they are in and whether or not ' +
        'their workflow runs. Needs PostgreSQL alone: with Redis or Temporal away the rest follows when they are back. ' +
        'A cancel cannot be taken back. Harmless when run twice or during a sale.',
    )
    .argument('<orders...>', 'ids of orders')
    .option(
      '--even-if-paid',
      'also orders that are paid and not confirmed yet; their money becomes due for refund',
    )
    .addOption(dryRunOption())
    .addOption(yesOption())
    .addOption(reasonOption())
    .addHelpText(
      'after',
      `
Actions of the plan: cancel (units back), refund (units back, and the money is due for refund), skip (cancelled
already), refuse (paid, without --even-if-paid; or ended otherwise). A payment that comes first wins.
Exit 1 when an order was not cancelled; exit 5 when units could not be given back in Redis yet: the worker's sweep does
it, or the same command again.

Examples:
  $ ordersctl cancel 7f8e1c1e-0d2b-4a53-9c65-5b1f3f0e9a77 --reason 'customer called'
  $ ordersctl cancel 7f8e1c1e-0d2b-4a53-9c65-5b1f3f0e9a77 --even-if-paid --dry-run
  $ ordersctl cancel $(cat orders.txt) --yes --reason 'wrong price'`,
    )
    .action(async (orders, options) => {
      const { runCancelCommand } = await import('../cancel/run-cancel-command.js');
      await runCancelCommand(context, orders, options);
    });
}
