/** `ordersctl context list`. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';

export function makeListCommand(context: CliContext) {
  return new Command('list')
    .summary('list them, with marks and where their stores are')
    .description('Lists the contexts, with their marks and where their stores are; * is the one in use.')
    .addHelpText('after', '\nExamples:\n  $ ordersctl context list\n  $ ordersctl context list --json')
    .action(async () => {
      const { listContexts } = await import('../../contexts/list-contexts.js');
      listContexts(context);
    });
}
