/** The options of every command that changes something. */
import type { Command, OptionValues } from '@commander-js/extra-typings';
import { confirmOption, dryRunOption, reasonOption, yesOption } from '../options.js';

/** As commander gives them. */
export interface MutationOptions {
  readonly dryRun?: true | undefined;
  readonly yes?: true | undefined;
  /** What would be typed at the question: the name of a production context, or of what cannot be taken back. */
  readonly confirm?: string | undefined;
  readonly reason?: string | undefined;
}

/** Adds --dry-run, --yes, --confirm and --reason. */
export function withMutationOptions<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command
    .addOption(dryRunOption())
    .addOption(yesOption())
    .addOption(confirmOption())
    .addOption(reasonOption());
}
