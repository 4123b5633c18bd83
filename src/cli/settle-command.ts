/** Gives the whole tree the same manners: global flags, streams, no exit, help that fits the width. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { CliContext } from './context.js';
import { GLOBAL_OPTIONS } from './global-flags.js';
import { wrapHelp } from './help/wrap-help.js';

/** Of help into a pipe or a file. */
const PLAIN_WIDTH = 100;

export function settleCommand(command: CommandUnknownOpts, context: CliContext): void {
  for (const [flags, description] of GLOBAL_OPTIONS) {
    const [long] = flags.split(' ');
    const declared = command.options.some((option) => option.long === long);
    if (!declared) command.option(flags, description);
  }
  const width = helpWidth(context);
  const write = (text: string) => context.io.stdout.write(wrapHelp(text, width));
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false, helpWidth: width })
    .configureOutput({
      writeOut: write,
      // Reached only by the help of a group that was named without a command.
      writeErr: write,
      // The one renderer of errors shows them; commander's own text would be a second voice.
      outputError: () => undefined,
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
      getOutHasColors: () => context.output.colours.enabled,
    });
  for (const child of command.commands) settleCommand(child, context);
}

function helpWidth({ io }: CliContext): number {
  const asked = Number(io.env['COLUMNS']);
  return io.stdout.columns ?? (Number.isInteger(asked) && asked > 0 ? asked : PLAIN_WIDTH);
}
