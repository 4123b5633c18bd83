/** `ordersctl completion bash`, `zsh` and `fish`. */
import { Command } from '@commander-js/extra-typings';
import { LOADING, type Shell } from '../../completion/shells.js';
import type { CliContext } from '../../context.js';

export function makeShellCommand(context: CliContext, shell: Shell) {
  return new Command(shell)
    .summary(`print the script for ${shell}`)
    .description(`Prints the script for ${shell}.`)
    .addHelpText('after', `\nExamples:\n  $ ${LOADING[shell]}`)
    .action(async () => {
      const { completionScript } = await import('../../completion/scripts.js');
      const script = completionScript(shell);
      if (context.output.json) context.output.data({ shell, script });
      else context.output.line(script);
    });
}
