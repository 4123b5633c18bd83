/** `ordersctl bench start-up`: how long the binary takes to start. */
import { Command, Option } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';
import { wholeNumber } from '../../options.js';

export function makeBenchStartUpCommand(context: CliContext) {
  return new Command('start-up')
    .summary('how long the binary takes to start')
    .description(
      'Starts ordersctl --help and the smallest program with commander in turns, and compares the fastest starts. ' +
        'Needs no servers.',
    )
    .addOption(new Option('--rounds <count>', 'of both').argParser(wholeNumber(1, 100)).default(5))
    .addOption(
      new Option('--runs <count>', 'starts of each in a round').argParser(wholeNumber(1, 1_000)).default(10),
    )
    .addOption(new Option('--check', 'exit with 3 when the target is missed'))
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl bench start-up
  $ ordersctl bench start-up --rounds 1 --runs 3 --json`,
    )
    .action(async (options) => {
      const { holdStartUpBench } = await import('../../bench/hold-start-up-bench.js');
      await holdStartUpBench(context, options);
    });
}
