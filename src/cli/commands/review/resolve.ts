/** `ordersctl review resolve`: decides about orders that wait for a person. */
import { Command, Option } from '@commander-js/extra-typings';
import { AppError } from '../../../core/errors.js';
import { RESOLUTIONS } from '../../../core/review/causes.js';
import type { CliContext } from '../../context.js';
import { withMutationOptions } from '../../mutation/options.js';

export function makeResolveCommand(context: CliContext) {
  const command = new Command('resolve')
    .summary('decide about orders that wait for a person')
    .description(
      'Decides about orders that wait for a person. A reason is required, and kept with who decided. Of two operators one ' +
        'decides; an order that waits for something else by now is left alone.',
    )
    .argument(
      '<orders...>',
      'ids of orders; or - for ids, or lines of review list --ndjson, on standard input',
    )
    .addOption(new Option('--as <decision>', 'what is decided').choices(RESOLUTIONS).makeOptionMandatory())
    .addOption(
      new Option('--reference <text>', 'names the transfer, with --as refunded-by-hand')
        .argParser(parseReference)
        .default('by-hand'),
    );
  return withMutationOptions(command)
    .addHelpText(
      'after',
      `
Decisions:
  retry-refund      the gateway is asked anew, under a new idempotency key: right when it refuses no longer
  refunded-by-hand  the money went back another way; the payment counts as refunded
  retry             the worker takes the order up again within minutes
  cancel            the order ends and its units go back; money that was paid becomes due for refund
  keep              nothing is left to do: only the flag goes. Not for an order that has not ended

Exit 1 when an order was not resolved.

Examples:
  $ ordersctl review resolve ORDER --as retry-refund --reason 'the provider raised our limit'
  $ ordersctl review resolve ORDER --as refunded-by-hand --reference 'transfer 4711' --reason 'card is closed'
  $ ordersctl review resolve ORDER --as keep --reason 'settled with the customer' --dry-run`,
    )
    .action(async (orders, options) => {
      const { runResolve } = await import('../../review/run-resolve.js');
      await runResolve(context, orders, options);
    });
}

/** As long as the column. */
function parseReference(text: string): string {
  const reference = text.trim();
  if (reference === '' || reference.length > 200 || reference.includes('\0'))
    throw new AppError('USAGE', '--reference takes 1 to 200 characters');
  return reference;
}
