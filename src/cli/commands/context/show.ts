/** `ordersctl context show`. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';

export function makeShowCommand(context: CliContext) {
  return new Command('show')
    .summary('show the settings of one, secrets masked')
    .description(
      'Shows the settings of one context, secrets masked, and the file it comes from. Exit code 2 when it cannot be used.',
    )
    .argument('[context]', 'its name; default is the one in use')
    .addHelpText(
      'after',
      `
ordersctl config show --origin tells what results for a command, with defaults and everything.

Examples:
  $ ordersctl context show
  $ ordersctl context show prod --json`,
    )
    .action(async (name) => {
      const { showContext } = await import('../../contexts/show-context.js');
      showContext(context, name);
    });
}
