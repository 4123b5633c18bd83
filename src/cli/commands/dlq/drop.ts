/** `ordersctl dlq drop`: takes dead letters off the list. */
import { Command } from '@commander-js/extra-typings';
import { MAX_LETTERS } from '../../../core/dead-letters/limits.js';
import type { CliContext } from '../../context.js';
import { afterOption, causeOption } from '../../dlq/options.js';
import { withMutationOptions } from '../../mutation/options.js';
import { limitOption, olderThanOption, productOption, sinceOption } from '../../options.js';

export function makeDropCommand(context: CliContext) {
  const command = new Command('drop')
    .summary('take dead letters off the list for good')
    .description(
      'Takes dead letters off the list for good. Orders stay as they are: one that is PENDING is found by ordersctl ' +
        'replay. The messages lie in Kafka until its retention takes them; dlq list --all still shows them.',
    )
    .argument('[letters...]', 'exactly these (partition:offset)')
    .addOption(causeOption())
    .addOption(productOption())
    .addOption(sinceOption())
    .addOption(olderThanOption())
    .addOption(limitOption(MAX_LETTERS))
    .addOption(afterOption());
  return withMutationOptions(command)
    .addHelpText(
      'after',
      `
At most 10,000 letters at a time; the output says when there are more.

Examples:
  $ ordersctl dlq drop 2:41 --reason 'sent by a test'
  $ ordersctl dlq drop --cause NOT_JSON --older-than 1d --dry-run`,
    )
    .action(async (letters, options) => {
      const { runDrop } = await import('../../dlq/run-drop.js');
      await runDrop(context, letters, options);
    });
}
