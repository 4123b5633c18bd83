/** `ordersctl bench top`: what watching a sale costs the stores. */
import { Command, Option } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';
import { wholeNumber } from '../../options.js';

export function makeBenchTopCommand(context: CliContext) {
  return new Command('top')
    .summary('what polling of the dashboard costs each store')
    .description(
      'Starts servers of its own, stores the orders of a sale, and polls them as top does. What counts is the processor ' +
        'time that a poll takes of PostgreSQL, Redis, Kafka and Temporal, as a share of what they have between two polls; ' +
        'once with a sale that flows, once while most orders wait. Linux alone tells that time. Takes some minutes; the ' +
        'machine should do nothing else.',
    )
    .addOption(
      new Option('--rounds <count>', 'each situation is measured this often')
        .argParser(wholeNumber(1, 100))
        .default(5),
    )
    .addOption(
      new Option('--stored <orders>', 'stored before')
        .argParser(wholeNumber(1_000, 50_000_000))
        .default(100_000),
    )
    .addOption(new Option('--check', 'exit with 3 when a target is missed'))
    .addHelpText(
      'after',
      `
The servers keep their data in .ordersctl/bench/ while it runs, safe against a power cut as in production.

Examples:
  $ ordersctl bench top
  $ ordersctl bench top --rounds 1 --stored 20000     # a quick look
  $ ordersctl bench top --json > before.json`,
    )
    .action(async (options) => {
      const { holdTopBench } = await import('../../bench/hold-top-bench.js');
      await holdTopBench(context, options);
    });
}
