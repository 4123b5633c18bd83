/** `ordersctl sale`: state, window and limits of sales. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';
import { makeCloseCommand } from './sale/close.js';
import { makeOpenCommand } from './sale/open.js';
import { makePauseCommand } from './sale/pause.js';
import { makeSetCommand } from './sale/set.js';
import { makeStatusCommand } from './sale/status.js';

export function makeSaleCommand(context: CliContext) {
  const sale = new Command('sale')
    .description('Opens, pauses, closes and limits the sale of products, effective with the very next order.')
    .addHelpText(
      'after',
      `
A product without a sale of its own sells as soon as it has price and stock. A change never touches accepted orders:
they are paid, confirmed or given back as ever.

Exit code 5 when Redis did not answer: Postgres has the change, and the same command again brings it to Redis. A product
that Redis does not hold sells nothing; the load brings the rules, and there is nothing to do again.

Examples:
  $ ordersctl sale set tee --opens-at 2030-11-29T09:00:00Z --max-per-customer 2
  $ ordersctl sale pause --all --yes       # nothing is accepted from now on; buyers are told to come again
  $ ordersctl sale open --all --yes
  $ ordersctl sale status`,
    );
  const makers = [makeStatusCommand, makeSetCommand, makeOpenCommand, makePauseCommand, makeCloseCommand];
  for (const make of makers) sale.addCommand(make(context));
  return sale;
}
