/** `ordersctl dlq list`: dead letters, filtered and paged, with how many there are of each cause. */
import { Command, Option } from '@commander-js/extra-typings';
import { MAX_LETTERS } from '../../../core/dead-letters/limits.js';
import type { CliContext } from '../../context.js';
import { afterOption, causeOption } from '../../dlq/options.js';
import { limitOption, olderThanOption, productOption, sinceOption } from '../../options.js';

export function makeListCommand(context: CliContext) {
  return new Command('list')
    .summary('list dead letters, and how many there are of each cause')
    .description(
      'Lists dead letters that nobody has dealt with, by partition and offset, and how many there are of each cause. ' +
        'Only reads: no consumer group is moved.',
    )
    .addOption(causeOption())
    .addOption(productOption())
    .addOption(sinceOption())
    .addOption(olderThanOption())
    .option('--all', 'also those that were replayed or dropped')
    .addOption(limitOption(MAX_LETTERS))
    .addOption(afterOption())
    .addOption(new Option('--summary', 'only how many there are of each cause').conflicts('ndjson'))
    .option('--ndjson', 'whole letters, one JSON value a line, without a limit unless given')
    .addHelpText(
      'after',
      `
Without --limit: 50 letters, and all with --ndjson. Text stands as text in JSON, other bytes as {"base64": "…"}.

Examples:
  $ ordersctl dlq list --cause UNKNOWN_ORDER --since 1h
  $ ordersctl dlq list --summary --json
  $ ordersctl dlq list --ndjson > letters.ndjson     # and back: ordersctl dlq replay - --yes < letters.ndjson`,
    )
    .action(async (options) => {
      const { runList } = await import('../../dlq/run-list.js');
      await runList(context, options);
    });
}
