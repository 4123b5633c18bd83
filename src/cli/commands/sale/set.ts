/** `ordersctl sale set`: window, limits and state of products. */
import { Command, Option } from '@commander-js/extra-typings';
import { AppError } from '../../../core/errors.js';
import { SALE_STATES } from '../../../core/postgres/sale-row.js';
import type { CliContext } from '../../context.js';
import { withMutationOptions } from '../../mutation/options.js';
import { parseSaleTime, parseUnits, readTermsChange } from '../../sale/terms.js';

export function makeSetCommand(context: CliContext) {
  const command = new Command('set')
    .summary('change window and limits, also before a product is seeded with stock')
    .description(
      'Changes what is named and leaves the rest. `none` takes a limit, or an end of the window, away.',
    )
    .argument('<products...>', 'ids of products')
    .addOption(new Option('--state <state>', 'OPEN, PAUSED or CLOSED').argParser(parseState))
    .addOption(
      new Option('--opens-at <time>', 'first moment of the sale: a time with zone, +10m, or none').argParser(
        parseSaleTime,
      ),
    )
    .addOption(
      new Option('--closes-at <time>', 'end of the sale: a time with zone, +10m, or none').argParser(
        parseSaleTime,
      ),
    )
    .addOption(
      new Option('--max-per-order <units>', 'units one order may have at most, or none').argParser(
        parseUnits,
      ),
    )
    .addOption(
      new Option(
        '--max-per-customer <units>',
        'units one customer may have at most, held and bought together, or none',
      ).argParser(parseUnits),
    );
  return withMutationOptions(command)
    .addHelpText(
      'after',
      `
The window is reckoned by the clock of Redis, on every replica alike. A lower limit takes nothing away from those who have
more already. Changing several products asks first; ending a sale asks for its product's id to be typed.

Examples:
  $ ordersctl sale set tee --opens-at 2030-11-29T09:00:00+01:00 --closes-at 2030-11-29T10:00:00+01:00
  $ ordersctl sale set tee mug --max-per-order 2 --max-per-customer 4
  $ ordersctl sale set tee --closes-at +30m --max-per-customer none`,
    )
    .action(async (products, options) => {
      const change = readTermsChange(options);
      const { runSaleChange } = await import('../../sale/run-sale-change.js');
      await runSaleChange(context, products, { kind: 'set', change }, options);
    });
}

function parseState(text: string): (typeof SALE_STATES)[number] {
  const state = SALE_STATES.find((one) => one === text.toUpperCase());
  if (state) return state;
  throw new AppError('USAGE', `"${text}" is none of ${SALE_STATES.join(', ')}`);
}
