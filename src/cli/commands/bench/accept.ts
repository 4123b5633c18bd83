/** `ordersctl bench accept`: how fast orders are accepted and refused. */
import { Command, Option } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';
import { wholeNumber } from '../../options.js';

export function makeBenchAcceptCommand(context: CliContext) {
  return new Command('accept')
    .summary('how fast orders are accepted and refused')
    .description(
      'Starts servers of its own and compares POST /orders, with everything switched on, with handlers that only ' +
        'parse and answer: closed and open model, sold out, one call per order, and with many orders stored. ' +
        'Takes some minutes; the machine should do nothing else.',
    )
    .addOption(
      new Option('--rounds <count>', 'each subject is measured this often')
        .argParser(wholeNumber(1, 100))
        .default(5),
    )
    .addOption(
      new Option('--seconds <count>', 'of each measurement').argParser(wholeNumber(1, 600)).default(4),
    )
    .addOption(
      new Option('--connections <count>', 'in the closed model').argParser(wholeNumber(1, 2_000)).default(64),
    )
    .addOption(
      new Option('--stored <orders>', 'stored for the last row; 0 leaves it out')
        .argParser(wholeNumber(0, 50_000_000))
        .default(1_000_000),
    )
    .addOption(new Option('--relay', 'measure also what handing over to Kafka costs'))
    .addOption(new Option('--check', 'exit with 3 when a target is missed'))
    .addHelpText(
      'after',
      `
The servers keep their data in .ordersctl/bench/ while it runs, safe against a power cut as in production.

Examples:
  $ ordersctl bench accept
  $ ordersctl bench accept --rounds 1 --seconds 2 --stored 0     # a quick look
  $ ordersctl bench accept --json > before.json`,
    )
    .action(async (options) => {
      const { holdAcceptBench } = await import('../../bench/hold-accept-bench.js');
      await holdAcceptBench(context, options);
    });
}
