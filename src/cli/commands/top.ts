/** `ordersctl top`: watch the sale live. */
import { Command, Option } from '@commander-js/extra-typings';
import { parseDuration } from '../../core/duration.js';
import { AppError } from '../../core/errors.js';
import type { CliContext } from '../context.js';
import { productOption, wholeNumber } from '../options.js';
import { INTERVAL } from '../top/state/model.js';

export function makeTopCommand(context: CliContext) {
  return new Command('top')
    .description(
      'Watches the sale: rates, queues, stock per product and what needs attention, with views of orders, of what is ' +
        'stuck, of Kafka and of what happened (? shows the keys). Changes nothing without --allow-actions. Without a ' +
        'terminal, and in CI, it prints one frame; with --json one line per interval, with --once exactly one. ' +
        'Exit code 5: a frame was printed, but a store did not answer.',
    )
    .addOption(new Option('--once', 'print one frame as text and end'))
    .addOption(
      new Option('--count <lines>', 'with --json: end after this many lines')
        .argParser(wholeNumber(1, 1_000_000))
        .conflicts('once'),
    )
    .addOption(
      new Option('--interval <duration>', `time between two polls, ${INTERVAL.floorMs}ms or more`)
        .argParser(parseInterval)
        .default(INTERVAL.defaultMs, `${INTERVAL.defaultMs / 1_000}s`),
    )
    .addOption(productOption())
    .addOption(new Option('--ascii', 'no characters beyond ASCII'))
    .addOption(
      new Option(
        '--allow-actions',
        'let R replay an order and P pause or open a sale, each confirmed by typing',
      ),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl top
  $ ordersctl top --product tee-red-m --interval 1s
  $ ordersctl top --allow-actions --context prod
  $ ordersctl top --once                             # one frame, for a chat or a ticket
  $ ordersctl top --json | jq .pipeline.kafkaLag     # one line per interval
  $ ordersctl top --json --count 30 > sale.ndjson    # one minute of them`,
    )
    .action(async ({ once = false, interval, product = [], ascii = false, allowActions = false, count }) => {
      if (count !== undefined && !context.output.json) throw countWithoutJson();
      const { runTop } = await import('../top/run-top.js');
      await runTop(context, { once, intervalMs: interval, productIds: product, ascii, allowActions, count });
    });
}

function parseInterval(text: string): number {
  const ms = parseDuration(text);
  if (ms >= INTERVAL.floorMs && ms <= INTERVAL.ceilingMs) return ms;
  throw new AppError('USAGE', `${text} is not an interval that top can keep`, {
    hint: `Give ${INTERVAL.floorMs}ms to ${INTERVAL.ceilingMs / 1_000}s: polling more often would cost the sale`,
  });
}

function countWithoutJson(): AppError {
  return new AppError('USAGE', '--count numbers the lines of --json', {
    hint: 'Add --json, or leave it out: top --once prints one frame as text',
  });
}
