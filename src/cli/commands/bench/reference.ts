/** `ordersctl bench reference`: one of the servers that `bench accept` compares with; started by it. */
import { Argument, Command } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';

export function makeBenchReferenceCommand(context: CliContext) {
  return new Command('reference')
    .description(
      'Runs one of the servers that accepted orders are compared with, on PORT. Used by bench accept.',
    )
    .addArgument(new Argument('<name>').choices(['http', 'express', 'per-request', 'relay-off'] as const))
    .action(async (name) => {
      const { runReference } = await import('../../bench/run-reference.js');
      await runReference(context, name);
    });
}
