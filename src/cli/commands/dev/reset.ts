/** `ordersctl dev reset`: ends the stack and deletes all it has stored. */
import { existsSync } from 'node:fs';
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';
import { dryRunOption, yesOption } from '../../options.js';
import { requireConfirmation } from '../../output/confirm.js';
import { dirOption, projectOf } from './dir-option.js';

export function makeResetCommand(context: CliContext) {
  return new Command('reset')
    .summary('end it and delete its data')
    .description('Ends the servers and deletes their data, their logs and the secret for tokens. Asks first.')
    .addOption(dirOption())
    .addOption(dryRunOption())
    .addOption(yesOption())
    .action(async ({ dir, dryRun, yes }) => {
      const { createMachine } = await import('../../../dev/machine.js');
      const { pathsOf } = await import('../../../dev/state-folder.js');
      const { resetStackOf } = await import('../../../dev/stop-stack.js');
      const { output } = context;
      const project = projectOf(context, dir);
      const { root } = pathsOf(project);
      const exists = existsSync(root);
      if (exists && !dryRun) {
        await requireConfirmation(context.io, { what: `end the local stack and delete all of ${root}`, yes });
        await resetStackOf(createMachine(context.io.env), project);
      }
      if (output.json)
        return output.data({ folder: root, deleted: exists && !dryRun, dryRun: dryRun ?? false });
      if (!exists) output.note('No local stack has been here.');
      else output.note(dryRun ? `would end the local stack and delete ${root}` : `deleted ${root}`);
    });
}
