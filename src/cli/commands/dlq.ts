/** `ordersctl dlq`: messages that could not be handled. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';
import { makeDropCommand } from './dlq/drop.js';
import { makeListCommand } from './dlq/list.js';
import { makeReplayCommand } from './dlq/replay.js';
import { makeShowCommand } from './dlq/show.js';

export function makeDlqCommand(context: CliContext) {
  const dlq = new Command('dlq')
    .description(
      'Dead letters: messages that consume could not handle. They lie in Kafka (orders.reservations.dlq) as they ' +
        'were; what was replayed or dropped is remembered in Postgres.',
    )
    .addHelpText(
      'after',
      `
Causes: NOT_JSON, INVALID (not a reservation), UNKNOWN_ORDER (no such order in Postgres), TOO_MANY_ATTEMPTS (failed again
and again while everything else worked). --cause filters by it; --reason is, as everywhere, why you do what you do.
An order whose message lies here stays PENDING: nothing of it is lost, and its unit stays held until somebody acts.

Examples:
  $ ordersctl dlq list
  $ ordersctl dlq show 2:41
  $ ordersctl dlq replay --cause TOO_MANY_ATTEMPTS --dry-run
  $ ordersctl dlq drop --cause NOT_JSON --older-than 1d --reason 'load test'`,
    );
  for (const make of [makeListCommand, makeShowCommand, makeReplayCommand, makeDropCommand])
    dlq.addCommand(make(context));
  return dlq;
}
