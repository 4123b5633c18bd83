/** `ordersctl completion`: lets a shell complete commands, options and values. */
import { Command } from '@commander-js/extra-typings';
import { SHELLS } from '../completion/shells.js';
import type { CliContext } from '../context.js';
import { makeShellCommand } from './completion/shell.js';
import { makeWordsCommand } from './completion/words.js';

export function makeCompletionCommand(context: CliContext) {
  const completion = new Command('completion')
    .description(
      'Prints a script that lets a shell complete commands, options, statuses, contexts and products.',
    )
    .addHelpText(
      'after',
      `
The script asks this binary at each Tab, so it never has to be renewed. It asks no server but PostgreSQL, for products,
and gives up after a second.

Examples:
  $ echo 'eval "$(ordersctl completion bash)"' >> ~/.bashrc
  $ echo 'eval "$(ordersctl completion zsh)"' >> ~/.zshrc        # after compinit
  $ ordersctl completion fish > ~/.config/fish/completions/ordersctl.fish`,
    );
  for (const shell of SHELLS) completion.addCommand(makeShellCommand(context, shell));
  completion.addCommand(makeWordsCommand(context), { hidden: true });
  return completion;
}
