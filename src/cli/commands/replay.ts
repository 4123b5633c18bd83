/** `ordersctl replay`: hands stuck orders over again. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';
import {
  dryRunOption,
  limitOption,
  olderThanOption,
  productOption,
  rateOption,
  reasonOption,
  yesOption,
} from '../options.js';

const MAX_ORDERS = 1_000_000;
const DEFAULT_AGE_MS = 60_000;

export function makeReplayCommand(context: CliContext) {
  return new Command('replay')
    .description(
      'Finds orders that nobody carries on and hands them over again: through Kafka when they were not published ' +
        'or not started, straight to Temporal when their workflow is gone. Orders that still wait in Kafka are left ' +
        'there. Never touches stock; harmless when run twice or during a sale.',
    )
    .argument('[orders...]', 'exactly these orders, whatever their age; default: all that are stuck')
    .addOption(olderThanOption().default(DEFAULT_AGE_MS, '60s'))
    .addOption(productOption())
    .addOption(limitOption(MAX_ORDERS))
    .addOption(rateOption('hand over'))
    .addOption(dryRunOption())
    .addOption(yesOption())
    .addOption(reasonOption())
    .addHelpText(
      'after',
      `
Actions of the plan: requeue (again through Kafka), start (its workflow, directly), wait (somebody will come to it),
skip (it has ended). Exit 1 when an order could not be handed over; run it again.

Examples:
  $ ordersctl replay --dry-run
  $ ordersctl replay --older-than 5m --rate 50 --yes
  $ ordersctl replay 7f8e1c1e-0d2b-4a53-9c65-5b1f3f0e9a77`,
    )
    .action(async (orders, options) => {
      const { runReplayCommand } = await import('../replay/run-replay-command.js');
      await runReplayCommand(context, orders, options);
    });
}
