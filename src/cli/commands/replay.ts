/** `ordersctl replay`: hands stuck orders over again. */
import { Command, Option } from '@commander-js/extra-typings';
import { AppError } from '../../core/errors.js';
import type { ReplayHop } from '../../core/replay/plan-replay.js';
import type { CliContext } from '../context.js';
import { withMutationOptions } from '../mutation/options.js';
import { limitOption, olderThanOption, productOption, rateOption, wholeNumber } from '../options.js';

const MAX_ORDERS = 1_000_000;
const MAX_CONCURRENCY = 200;
const DEFAULT_AGE_MS = 60_000;
/** As in core: naming them there would load the core for --help. */
const HOPS = [
  'not-published',
  'not-started',
  'workflow-gone',
  'overdue',
] as const satisfies readonly ReplayHop[];

export function makeReplayCommand(context: CliContext) {
  const command = new Command('replay')
    .description(
      'Finds orders that nobody carries on and hands them over again: through Kafka when they were not published ' +
        'or not started, straight to Temporal when their workflow is gone. Orders whose time to pay is over are ' +
        'ended, or confirmed when they are paid, as their workflow should have. Orders that still wait in Kafka are ' +
        'left there, and what has ended stays so. Harmless when run twice, at once or during a sale; after Ctrl-C ' +
        'the same command goes on.',
    )
    .argument(
      '[orders...]',
      'exactly these orders, whatever their age, or - for ids from standard input; default: all that are stuck',
    )
    .addOption(
      new Option('--hop <hop>', `only what stands there: ${HOPS.join(', ')}; may be repeated`).argParser(
        parseHops,
      ),
    )
    .addOption(olderThanOption().default(DEFAULT_AGE_MS, '60s'))
    .addOption(productOption())
    .addOption(limitOption(MAX_ORDERS).default(MAX_ORDERS, 'none'))
    .addOption(rateOption('hand over'))
    .addOption(
      new Option('--concurrency <count>', 'calls to Temporal at once (default: 20)').argParser(
        wholeNumber(1, MAX_CONCURRENCY),
      ),
    )
    .option('--ndjson', 'one JSON object a line on stdout, each order as it is done')
    .option('--even-if-quarantined', 'also orders named by hand that were handed over five times in vain');
  return withMutationOptions(command)
    .addHelpText(
      'after',
      `
Actions of the plan: requeue (again through Kafka), start (its workflow, directly), conclude (confirm when paid, else
end), quarantine (handed over five times in vain: left to a person), wait (somebody will come to it), skip (it has
ended). Standard input: one id a line, or what list --json or replay --dry-run --ndjson prints; an id that names no
order is told and does not stop the others. Exit 1 when an order could not be handed over or does not exist.

Examples:
  $ ordersctl replay --dry-run
  $ ordersctl replay --older-than 5m --rate 50 --yes
  $ ordersctl replay --hop not-started --limit 100
  $ ordersctl replay 7f8e1c1e-0d2b-4a53-9c65-5b1f3f0e9a77
  $ ordersctl list --status PENDING --json | ordersctl replay - --yes --ndjson`,
    )
    .action(async (orders, options) => {
      const { runReplayCommand } = await import('../replay/run-replay-command.js');
      await runReplayCommand(context, orders, options);
    });
}

function parseHops(text: string, earlier: ReplayHop[] = []): ReplayHop[] {
  const hops = text.split(',').map((part) => {
    const hop = HOPS.find((candidate) => candidate === part.trim());
    if (!hop) {
      throw new AppError('USAGE', `"${part}" is not a hop that replay mends`, {
        hint: `One of ${HOPS.join(', ')}`,
      });
    }
    return hop;
  });
  return [...earlier, ...hops];
}
