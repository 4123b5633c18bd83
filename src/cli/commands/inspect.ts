/** `ordersctl inspect ORDER`: all that is known about one order, where it hangs, and what mends it. */
import { Command } from '@commander-js/extra-typings';
import { AppError } from '../../core/errors.js';
import type { CliContext } from '../context.js';

export function makeInspectCommand(context: CliContext) {
  return new Command('inspect')
    .description(
      'Joins what PostgreSQL, Redis, Kafka and Temporal know about one order, names where it hangs and prints the ' +
        'command that mends it. A server that is away is passed over and named (exit 5).',
    )
    .argument(
      '[order]',
      "order id, workflow id (order-…), reservation id, or the gateway's id of one of its payments",
    )
    .option('--user <id>', 'the latest order of this customer')
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl inspect 7f8e1c1e-0d2b-4a53-9c65-5b1f3f0e9a77
  $ ordersctl inspect ch_3PqT2x                              # what the gateway calls the payment
  $ ordersctl inspect --user u1
  $ ordersctl inspect "$ID" --json | jq -r .diagnosis.command`,
    )
    .action(async (order, { user }) => {
      if ((order === undefined) === (user === undefined)) {
        throw new AppError('USAGE', 'name one order, or a customer with --user', {
          hint: 'ordersctl inspect ORDER, or ordersctl inspect --user U',
        });
      }
      const { runInspect } = await import('../inspect/run-inspect.js');
      await runInspect(
        context,
        user === undefined ? { kind: 'any', text: order ?? '' } : { kind: 'user', userId: user },
      );
    });
}
