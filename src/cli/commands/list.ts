/** `ordersctl list`: orders by what they are and where they stand, sorted and paged. */
import { Command, Option } from '@commander-js/extra-typings';
import { parseDuration } from '../../core/duration.js';
import { AppError } from '../../core/errors.js';
import { HOP_MEANINGS, HOPS } from '../../core/triage/hops.js';
import type { CliContext } from '../context.js';
import { parseHops, parseStatuses, SORTS } from '../list/options.js';
import { limitOption, olderThanOption, productOption, sinceOption } from '../options.js';

const MAX_ROWS = 1_000_000;
const DEFAULT_INTERVAL_MS = 2_000;
const SHORTEST_INTERVAL_MS = 200;

export function makeListCommand(context: CliContext) {
  return new Command('list')
    .summary('list orders by status, product, customer, age or where they stand')
    .description(
      'Lists orders, newest first. --hop tells where each stands, as inspect does, and asks Kafka, Temporal and Redis ' +
        'as far as they decide; a server that is away is passed over and named (exit 5).',
    )
    .addOption(
      new Option('--status <status>', 'only this status; may be repeated, or several by comma').argParser(
        parseStatuses,
      ),
    )
    .addOption(productOption())
    .addOption(new Option('--user <id>', 'only this customer'))
    .addOption(
      new Option(
        '--hop <hop>',
        'only what stands here; may be repeated; stuck: whatever needs somebody and is older than 60s',
      ).argParser(parseHops),
    )
    .addOption(olderThanOption())
    .addOption(sinceOption())
    .option('--paid', 'only paid orders')
    .option('--refund-due', 'only orders whose money must go back')
    .option('--review', 'only orders about which a person must decide')
    .addOption(
      new Option(
        '--sort <by>',
        'newest first, oldest first, last changed first, or by amount in minor units, largest first',
      )
        .choices(SORTS)
        .default('created' as const),
    )
    .option('--reverse', 'the other way round')
    .addOption(limitOption(MAX_ROWS))
    .addOption(new Option('--after <order>', 'the page after this order, as the page before has named it'))
    .addOption(
      new Option('--summary', 'only how many there are of each status and at each hop').conflicts([
        'ndjson',
        'after',
        'limit',
      ]),
    )
    .addOption(
      new Option('--ndjson', 'one JSON value a line, without a limit unless given').conflicts('watch'),
    )
    .addOption(new Option('--watch', 'again and again, until Ctrl-C').conflicts('after'))
    .addOption(
      new Option('--interval <duration>', 'how often --watch looks')
        .argParser(parseInterval)
        .default(DEFAULT_INTERVAL_MS, '2s'),
    )
    .option('--fail-if-any', 'exit 3 when an order matches')
    .addHelpText('after', HELP)
    .action(async (options) => {
      const { runList } = await import('../list/run-list.js');
      await runList(context, options);
    });
}

/** @throws AppError USAGE */
function parseInterval(text: string): number {
  const ms = parseDuration(text);
  if (ms >= SHORTEST_INTERVAL_MS) return ms;
  throw new AppError('USAGE', `--interval ${text} is too short`, { hint: 'From 200ms on' });
}

const WIDEST_HOP = Math.max(...HOPS.map((hop) => hop.length));
const HELP = `
Hops:
${HOPS.map((hop) => `  ${hop.padEnd(WIDEST_HOP)}  ${HOP_MEANINGS[hop]}`).join('\n')}

Without --limit: 50 orders, and all with --ndjson. With --hop an order is listed when any of its hops is asked for; the
first is the one that counts. A look for hops ends after 10,000 candidates and says how to go on (exit 1).

Examples:
  $ ordersctl list --status PENDING --older-than 60s --sort age
  $ ordersctl list --hop stuck --fail-if-any                 # for a monitor: exit 3 when somebody is needed
  $ ordersctl list --hop workflow-gone --ndjson | jq -r .orderId | ordersctl replay -
  $ ordersctl list --summary --watch
  $ ordersctl list --user u1 --since 1h --json`;
