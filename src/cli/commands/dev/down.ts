/** `ordersctl dev down`: ends the stack and keeps its data. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';
import { dirOption, projectOf } from './dir-option.js';

export function makeDownCommand(context: CliContext) {
  return new Command('down')
    .summary('end it, keeping its data')
    .description('Ends the servers, however they were left. Their data stays.')
    .addOption(dirOption())
    .action(async ({ dir }) => {
      const { createMachine } = await import('../../../dev/machine.js');
      const { stopStackOf } = await import('../../../dev/stop-stack.js');
      const stopped = await stopStackOf(createMachine(context.io.env), projectOf(context, dir));
      if (context.output.json) return context.output.data({ stopped });
      context.output.note(
        stopped ? 'The local stack has ended; its data stays in .ordersctl/.' : 'No local stack runs here.',
      );
    });
}
