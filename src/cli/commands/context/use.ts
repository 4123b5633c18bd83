/** `ordersctl context use`. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';

export function makeUseCommand(context: CliContext) {
  return new Command('use')
    .summary('make one current')
    .description(
      'Makes one context current: commands use it from now on, in every shell. none for no context.',
    )
    .argument('<context>', 'its name, or none')
    .addHelpText(
      'after',
      `
For one shell alone: export ORDERSCTL_CONTEXT=staging. For one command: --context staging.

Examples:
  $ ordersctl context use staging
  $ ordersctl context use none`,
    )
    .action(async (name) => {
      const { useContext } = await import('../../contexts/change-contexts.js');
      useContext(context, name);
    });
}
