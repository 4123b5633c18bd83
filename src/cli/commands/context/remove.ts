/** `ordersctl context remove`. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';
import { yesOption } from '../../options.js';

export function makeRemoveCommand(context: CliContext) {
  return new Command('remove')
    .summary('forget one')
    .description('Forgets a context, after asking. The servers that it names are not touched.')
    .argument('<context>', 'its name')
    .addOption(yesOption())
    .addHelpText('after', '\nExamples:\n  $ ordersctl context remove staging')
    .action(async (name, { yes }) => {
      const { removeContext } = await import('../../contexts/change-contexts.js');
      await removeContext(context, name, yes);
    });
}
