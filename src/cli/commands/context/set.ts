/** `ordersctl context set`. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';

export function makeSetCommand(context: CliContext) {
  return new Command('set')
    .summary('make one, or change its settings')
    .description(
      'Makes a context, or changes what is named in one and leaves the rest. A setting without a value is taken out.',
    )
    .argument('<context>', 'its name')
    .argument('<settings...>', 'setting=value, as in ordersctl.config.json')
    .addHelpText(
      'after',
      `
Secrets are better kept in files: databaseUrlFile=PATH instead of databaseUrl=URL, relative to the file of contexts.

Examples:
  $ ordersctl context set staging databaseUrl=postgres://app@db.staging/shop
  $ ordersctl context set prod databaseUrlFile=prod.url production=true
  $ ordersctl context set prod readOnly=true
  $ ordersctl context set prod readOnly=          # takes the mark away`,
    )
    .action(async (name, settings) => {
      const { setContext } = await import('../../contexts/change-contexts.js');
      setContext(context, name, settings);
    });
}
