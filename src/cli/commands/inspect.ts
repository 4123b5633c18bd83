/** `ordersctl inspect ORDER`: all that is known about one order, where it hangs, and what mends it. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';

export function makeInspectCommand(context: CliContext) {
  return new Command('inspect')
    .description(
      'Joins what PostgreSQL, Redis, Kafka and Temporal know about one order, names where it hangs and prints the ' +
        'command that mends it. A server that is away is passed over and named (exit 5).',
    )
    .argument('<order>', 'order id, or workflow id (order-…)')
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl inspect 7f8e1c1e-0d2b-4a53-9c65-5b1f3f0e9a77
  $ ordersctl inspect "$ID" --json | jq .diagnosis`,
    )
    .action(async (order) => {
      const { runInspect } = await import('../inspect/run-inspect.js');
      await runInspect(context, order);
    });
}
