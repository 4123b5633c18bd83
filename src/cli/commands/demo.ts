/** `ordersctl demo`: a whole flash sale on this machine, with a verdict. */
import { Command, Option } from '@commander-js/extra-typings';
import { AppError } from '../../core/errors.js';
import { ROLES } from '../../core/names.js';
import type { CliContext } from '../context.js';
import { wholeNumber } from '../options.js';

const MOST = { buyers: 100_000, units: 100_000, products: 50 } as const;

export function makeDemoCommand(context: CliContext) {
  return new Command('demo')
    .description(
      'Starts servers of its own on free ports, seeds products, runs serve, consume and worker, lets buyers order ' +
        'over HTTP, follows every order to its end and checks that no unit was lost or sold twice. Uses no server ' +
        'and no database that it did not start. Exit code 3: the verdict failed.',
    )
    .addOption(
      new Option('--buyers <count>', 'who come').argParser(wholeNumber(1, MOST.buyers)).default(3_000),
    )
    .addOption(
      new Option('--units <count>', 'there are in all').argParser(wholeNumber(1, MOST.units)).default(300),
    )
    .addOption(
      new Option('--products <count>', 'on sale').argParser(wholeNumber(1, MOST.products)).default(3),
    )
    .addOption(new Option('--seed <number>', 'another crowd').argParser(wholeNumber(0, 2 ** 31)).default(1))
    .addOption(new Option('--kill <role>', 'kill -9 this role in mid-sale and start it again').choices(ROLES))
    .addOption(new Option('--keep', 'leave it all running afterwards, to look around'))
    .addOption(new Option('--no-dashboard', 'lines of progress instead of the dashboard'))
    .addOption(new Option('--stay', 'be the process behind --keep').hideHelp())
    .addHelpText(
      'after',
      `
Everything is in .ordersctl/demo/ of the present folder; the logs of the roles stay there. In a terminal the dashboard shows
the sale until its verdict; q leaves it.

Examples:
  $ ordersctl demo
  $ ordersctl demo --kill serve                # the verdict holds all the same
  $ ordersctl demo --keep                      # then: cd .ordersctl/demo, and every command finds it
  $ ordersctl demo --json | jq .verdict`,
    )
    .action(async ({ keep = false, stay = false, kill, dashboard, ...sale }) => {
      if (sale.units < sale.products) {
        throw new AppError('USAGE', `${sale.units} units are too few for ${sale.products} products`, {
          hint: 'Give at least one unit for each product',
        });
      }
      const { holdDemo } = await import('../demo/hold-demo.js');
      await holdDemo(context, {
        ...sale,
        kill,
        dashboard,
        as: stay ? 'keeper' : keep ? 'kept' : 'foreground',
      });
    });
}
