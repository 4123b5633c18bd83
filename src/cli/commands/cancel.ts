/** `ordersctl cancel`: ends orders that are not final and gives their units back. */
import { Command } from '@commander-js/extra-typings';
import { LIVE_STATUSES } from '../../core/order.js';
import { statusOption, withSelectionOptions } from '../bulk/options.js';
import type { CliContext } from '../context.js';
import { withMutationOptions } from '../mutation/options.js';

export function makeCancelCommand(context: CliContext) {
  const command = new Command('cancel')
    .description(
      'Cancels orders that have not ended and gives their units back, whatever state they are in and whether or not ' +
        'their workflow runs. Needs PostgreSQL alone: with Redis or Temporal away the rest follows when they are back. ' +
        'A cancel cannot be taken back. Harmless when run twice or during a sale.',
    )
    .argument(
      '[orders...]',
      'exactly these orders; or - for ids, or lines of list --ndjson, on standard input; default: all that match the filters',
    )
    .addOption(statusOption(LIVE_STATUSES))
    .option(
      '--even-if-paid',
      'also orders that are paid and not confirmed yet; their money becomes due for refund',
    );
  return withMutationOptions(withSelectionOptions(command, 'cancel'))
    .addHelpText(
      'after',
      `
Actions of the plan: cancel (units back), refund (units back, and the money is due for refund), skip (cancelled
already), refuse (paid, without --even-if-paid; or ended otherwise). A payment that comes first wins.
Without ids a filter is required. A filter means orders that were accepted before the command was given, and no more of
them than the plan counts. One that has moved on since is left alone; one that was named is missed (exit 1).
Ctrl-C stops after what is in hand: the same command again goes on. Exit 5 when units could not be given back in Redis
yet: the worker's sweep does it, or the same command again. Sold orders: ordersctl refund.

Examples:
  $ ordersctl cancel 7f8e1c1e-0d2b-4a53-9c65-5b1f3f0e9a77 --reason 'customer called'
  $ ordersctl cancel --product tee --dry-run
  $ ordersctl cancel --product tee --older-than 10m --rate 200 --yes --reason 'wrong price'
  $ ordersctl cancel - --even-if-paid --yes --ndjson < orders.txt > results.ndjson`,
    )
    .action(async (orders, options) => {
      const { runCancelCommand } = await import('../cancel/run-cancel-command.js');
      await runCancelCommand(context, orders, options);
    });
}
