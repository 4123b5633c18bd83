/** `ordersctl review`: what waits for a person. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';
import { makeListCommand } from './review/list.js';
import { makeResolveCommand } from './review/resolve.js';

export function makeReviewCommand(context: CliContext) {
  const review = new Command('review')
    .description('Orders about which a person must decide: something that no retry will mend by itself.')
    .addHelpText(
      'after',
      `
Causes, and what can be decided (--as):
  REFUND_REFUSED   the gateway will not give money back          retry-refund, refunded-by-hand
  SAGA_FAILS       its workflow ended five times within a day    retry, cancel, keep
  NEVER_BEGUN      handed over five times, and never begun       retry, cancel, keep
  REFUND_AMOUNT    the provider gave back another amount         refunded-by-hand, keep
  UNASKED_REFUND   the provider gave money back by itself        keep
  FOREIGN_PAYMENT  a payment of another order was reported       keep
  OTHER            said by another version of ordersctl          keep

Examples:
  $ ordersctl review list
  $ ordersctl review resolve ORDER --as refunded-by-hand --reference 'transfer 4711' --reason 'card is closed'
  $ ordersctl review list --cause REFUND_REFUSED --ndjson | ordersctl review resolve - --as retry-refund --yes --reason 'limit raised'`,
    );
  for (const make of [makeListCommand, makeResolveCommand]) review.addCommand(make(context));
  return review;
}
