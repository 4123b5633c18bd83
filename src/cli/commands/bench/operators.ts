/** `ordersctl bench operators`: how long operators' commands wait for the stores. */
import { Command, Option } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';
import { wholeNumber } from '../../options.js';

export function makeBenchOperatorsCommand(context: CliContext) {
  return new Command('operators')
    .summary("how long operators' commands take with a million orders")
    .description(
      'Starts servers of its own, stores orders in every state, and runs list, inspect, replay --dry-run and audit as an ' +
        'operator types them. What counts is the time for which they wait for PostgreSQL, Redis, Kafka and Temporal. ' +
        'Takes some minutes; the machine should do nothing else.',
    )
    .addOption(
      new Option('--rounds <count>', 'each command is measured this often')
        .argParser(wholeNumber(1, 100))
        .default(5),
    )
    .addOption(
      new Option('--stored <orders>', 'stored before')
        .argParser(wholeNumber(1_000, 50_000_000))
        .default(1_000_000),
    )
    .addOption(new Option('--check', 'exit with 3 when a target is missed'))
    .addHelpText(
      'after',
      `
The servers keep their data in .ordersctl/bench/ while it runs, safe against a power cut as in production.

Examples:
  $ ordersctl bench operators
  $ ordersctl bench operators --rounds 1 --stored 50000     # a quick look
  $ ordersctl bench operators --json > before.json`,
    )
    .action(async (options) => {
      const { holdOperatorsBench } = await import('../../bench/hold-operators-bench.js');
      await holdOperatorsBench(context, options);
    });
}
