/** `ordersctl dlq replay`: hands dead letters over again. */
import { Command } from '@commander-js/extra-typings';
import { MAX_LETTERS } from '../../../core/dead-letters/limits.js';
import type { CliContext } from '../../context.js';
import { afterOption, causeOption } from '../../dlq/options.js';
import { withMutationOptions } from '../../mutation/options.js';
import { limitOption, olderThanOption, productOption, rateOption, sinceOption } from '../../options.js';

export function makeReplayCommand(context: CliContext) {
  const command = new Command('replay')
    .summary('send dead letters back to the topic they came from')
    .description(
      'Sends dead letters back to the topic they came from, with their own key, value and headers. Harmless when run ' +
        'twice, by two operators at once, or again after an interruption: what was sent is left alone.',
    )
    .argument(
      '[letters...]',
      'exactly these (partition:offset), or - for lines of dlq list --ndjson on standard input',
    )
    .addOption(causeOption())
    .addOption(productOption())
    .addOption(sinceOption())
    .addOption(olderThanOption())
    .addOption(limitOption(MAX_LETTERS))
    .addOption(afterOption())
    .addOption(rateOption('send'))
    .option(
      '--force',
      'also those that came back too often; of letters named here, also those replayed or dropped before',
    );
  return withMutationOptions(command)
    .addHelpText(
      'after',
      `
At most 10,000 letters at a time; the output says when there are more. A letter that came back three times is in
quarantine: mend its cause first, then --force. Exit 1 when one could not be sent; run it again.

Examples:
  $ ordersctl dlq replay --cause TOO_MANY_ATTEMPTS --dry-run
  $ ordersctl dlq replay --cause UNKNOWN_ORDER --rate 50 --yes --reason 'database was restored'
  $ ordersctl dlq replay 2:41
  $ ordersctl dlq replay - --yes < letters.ndjson`,
    )
    .action(async (letters, options) => {
      const { runReplay } = await import('../../dlq/run-replay.js');
      await runReplay(context, letters, options);
    });
}
