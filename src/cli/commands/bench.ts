/** `ordersctl bench`: the benchmarks behind docs/performance.md. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';
import { makeBenchAcceptCommand } from './bench/accept.js';
import { makeBenchOperatorsCommand } from './bench/operators.js';
import { makeBenchPipelineCommand } from './bench/pipeline.js';
import { makeBenchReferenceCommand } from './bench/reference.js';
import { makeBenchStartUpCommand } from './bench/start-up.js';
import { makeBenchTopCommand } from './bench/top.js';

export function makeBenchCommand(context: CliContext) {
  const bench = new Command('bench')
    .description('Measures on this machine what docs/performance.md promises.')
    .addHelpText(
      'after',
      `
Everything is measured against servers that the command starts for itself, as ratios of one run:
figures of two machines, or of two runs, are not to be compared.

Examples:
  $ ordersctl bench accept
  $ ordersctl bench pipeline
  $ ordersctl bench operators
  $ ordersctl bench start-up
  $ ordersctl bench top`,
    );
  bench.addCommand(makeBenchAcceptCommand(context));
  bench.addCommand(makeBenchPipelineCommand(context));
  bench.addCommand(makeBenchOperatorsCommand(context));
  bench.addCommand(makeBenchStartUpCommand(context));
  bench.addCommand(makeBenchTopCommand(context));
  bench.addCommand(makeBenchReferenceCommand(context), { hidden: true });
  return bench;
}
