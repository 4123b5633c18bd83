/** `ordersctl bench pipeline`: how fast accepted orders become confirmed ones. */
import { Command, Option } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';
import { wholeNumber } from '../../options.js';

export function makeBenchPipelineCommand(context: CliContext) {
  return new Command('pipeline')
    .summary('how fast accepted orders become confirmed ones')
    .description(
      'Starts servers and roles of its own and compares consume with a bare loop of starts, and the whole pipeline ' +
        'with a workflow of three empty steps, both on the same Temporal server; then measures the time from 202 to ' +
        'the start of the saga at 50 orders a second. Takes some minutes; the machine should do nothing else.',
    )
    .addOption(
      new Option('--rounds <count>', 'each subject is measured this often')
        .argParser(wholeNumber(1, 100))
        .default(5),
    )
    .addOption(
      new Option('--orders <count>', 'of each measurement of confirmations; three times as many starts')
        .argParser(wholeNumber(50, 10_000))
        .default(600),
    )
    .addOption(
      new Option('--seconds <count>', 'of each measurement at 50 orders a second')
        .argParser(wholeNumber(1, 600))
        .default(10),
    )
    .addOption(new Option('--check', 'exit with 3 when a target is missed'))
    .addHelpText(
      'after',
      `
The servers keep their data in .ordersctl/bench/ while it runs, safe against a power cut as in production.

Examples:
  $ ordersctl bench pipeline
  $ ordersctl bench pipeline --rounds 1 --orders 200 --seconds 3     # a quick look
  $ ordersctl bench pipeline --json > before.json`,
    )
    .action(async (options) => {
      const { holdPipelineBench } = await import('../../bench/hold-pipeline-bench.js');
      await holdPipelineBench(context, options);
    });
}
