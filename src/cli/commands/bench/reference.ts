/** `ordersctl bench reference`: what `bench accept` and `bench pipeline` compare with; started by them. */
import { Argument, Command } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';

export function makeBenchReferenceCommand(context: CliContext) {
  return new Command('reference')
    .description(
      'Runs a server that accepted orders are compared with, on PORT, or a worker that sagas are compared with. ' +
        'Used by the other benchmarks.',
    )
    .addArgument(
      new Argument('<name>').choices(['http', 'express', 'per-request', 'relay-off', 'saga'] as const),
    )
    .action(async (name) => {
      const { runReference } = await import('../../bench/run-reference.js');
      await runReference(context, name);
    });
}
