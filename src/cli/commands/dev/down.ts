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
      const { readStackId } = await import('../../../dev/state-folder.js');
      const { stopStackOf } = await import('../../../dev/stop-stack.js');
      const project = projectOf(context, dir);
      const stopped = await stopStackOf(createMachine(context.io.env), project);
      if (context.output.json) return context.output.data({ stopped });
      if (!stopped) return context.output.note('No local stack runs here.');
      // The stack of a demo is thrown away with all it has stored.
      const keeps = readStackId(project) !== undefined;
      context.output.note(
        `The local stack has ended; ${keeps ? 'its data stays in .ordersctl/' : 'it left nothing behind'}.`,
      );
    });
}
