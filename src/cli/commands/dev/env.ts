/** `ordersctl dev env`: the addresses of the stack for other programs. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';
import { dirOption, projectOf } from './dir-option.js';

export function makeEnvCommand(context: CliContext) {
  return new Command('env')
    .summary('print its addresses for a shell')
    .description('Prints lines of export NAME=value. Commands of ordersctl in this folder do not need them.')
    .addOption(dirOption())
    .addHelpText('after', `\nExample:\n  $ eval "$(ordersctl dev env)"`)
    .action(async ({ dir }) => {
      const { requireLiveStack } = await import('../../../dev/live-stack.js');
      const { env } = requireLiveStack(projectOf(context, dir));
      if (context.output.json) return context.output.data(env);
      for (const [name, value] of Object.entries(env))
        context.output.line(`export ${name}=${shellWord(value)}`);
    });
}

/** As it is where that is safe, else in single quotes. */
function shellWord(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
