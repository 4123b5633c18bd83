/** `ordersctl review list`: the orders that wait for a person. */
import { Command, Option } from '@commander-js/extra-typings';
import { AppError } from '../../../core/errors.js';
import { REVIEW_CAUSES, type ReviewCause } from '../../../core/review/causes.js';
import type { CliContext } from '../../context.js';
import { limitOption, olderThanOption, productOption } from '../../options.js';

const MAX_ROWS = 10_000;
const DEFAULT_ROWS = 50;

export function makeListCommand(context: CliContext) {
  return new Command('list')
    .summary('list the orders that wait for a person, and what can be decided')
    .description('Lists the orders that wait for a person, oldest first, and what can be decided about each.')
    .addOption(
      new Option('--cause <cause>', 'only these; may be repeated, or several by comma').argParser(
        parseCauses,
      ),
    )
    .addOption(productOption())
    .addOption(olderThanOption())
    .addOption(limitOption(MAX_ROWS).default(DEFAULT_ROWS))
    .addOption(new Option('--after <order>', 'the page after this order, the last of the page before'))
    .option('--ndjson', 'one JSON value a line')
    .option('--fail-if-any', 'exit 3 when something waits')
    .addHelpText(
      'after',
      `
--older-than goes by when the order was accepted.

Examples:
  $ ordersctl review list --cause REFUND_REFUSED --product tee
  $ ordersctl review list --json --fail-if-any`,
    )
    .action(async (options) => {
      const { runList } = await import('../../review/run-list.js');
      await runList(context, options);
    });
}

function parseCauses(text: string, earlier: ReviewCause[] = []): ReviewCause[] {
  const causes = text.split(',').map((part) => {
    const wanted = part.trim().toUpperCase().replaceAll('-', '_');
    const cause = REVIEW_CAUSES.find((candidate) => candidate === wanted);
    if (!cause)
      throw new AppError('USAGE', `"${part}" is not a cause`, { hint: `One of ${REVIEW_CAUSES.join(', ')}` });
    return cause;
  });
  return [...earlier, ...causes];
}
