/** `ordersctl rehearse`: a sale with made-up buyers on the stack that is configured, with a verdict. */
import { Command, Option } from '@commander-js/extra-typings';
import { parseDuration } from '../../core/duration.js';
import { AppError } from '../../core/errors.js';
import { isRun, KILL_POINTS, type KillPoint } from '../../bench/rehearse/names.js';
import type { CliContext } from '../context.js';
import { withMutationOptions } from '../mutation/options.js';
import { collect, wholeNumber } from '../options.js';
import { DEFAULTS, MOST } from '../rehearse/options.js';

export function makeRehearseCommand(context: CliContext) {
  const command = new Command('rehearse')
    .description(
      'Holds a sale of products of its own on the stack that is configured: buyers come at a set rate whether or not ' +
        'the ones before were served, retry, hang up, pay late and cheat. Every order is followed to its end, and a ' +
        'verdict says whether a unit was lost or sold twice. Removes all it has made, unless the verdict is failed. ' +
        'Exit code 3: the verdict failed.',
    )
    .addOption(
      new Option(
        '--api <origin>',
        'where buyers go; default: PORT on this machine; repeat it for replicas',
      ).argParser(collectOrigin),
    )
    .addOption(
      new Option('--rate <count>', 'buyers a second')
        .argParser(wholeNumber(0, MOST.rate))
        .default(DEFAULTS.rate),
    )
    .addOption(
      new Option('--duration <time>', 'how long they come')
        .argParser(duration('1s', '1h'))
        .default(DEFAULTS.durationMs, '20s'),
    )
    .addOption(
      new Option('--ramp <time>', 'in which the rate rises')
        .argParser(duration('0s', '1h'))
        .default(DEFAULTS.rampMs, '2s'),
    )
    .addOption(
      new Option('--burst <count>', 'further buyers in the opening second')
        .argParser(wholeNumber(0, 100_000))
        .default(DEFAULTS.burst),
    )
    .addOption(
      new Option('--units <count>', 'there are in all')
        .argParser(wholeNumber(1, MOST.units))
        .default(DEFAULTS.units),
    )
    .addOption(
      new Option('--products <count>', 'on sale')
        .argParser(wholeNumber(1, MOST.products))
        .default(DEFAULTS.products),
    )
    .addOption(new Option('--seed <number>', 'another crowd').argParser(wholeNumber(0, 2 ** 31)).default(1))
    .addOption(
      new Option('--abandon <percent>', 'of the buyers hang up').argParser(percent).default(DEFAULTS.abandon),
    )
    .addOption(
      new Option('--late <percent>', 'of the buyers pay by hand, late or too late')
        .argParser(percent)
        .default(DEFAULTS.late),
    )
    .addOption(
      new Option('--cheat <percent>', 'of the buyers cheat').argParser(percent).default(DEFAULTS.cheat),
    )
    .addOption(
      new Option('--kill <list>', `kill -9 in mid-sale, one after another: ${KILL_POINTS.join(', ')}`)
        .argParser(parseKills)
        .default([] as readonly KillPoint[], 'nothing'),
    )
    .addOption(
      new Option('--with-roles', 'run serve, consume and worker for it; so does killing one of them'),
    )
    .addOption(
      new Option('--serve <count>', 'replicas of serve, with --with-roles')
        .argParser(wholeNumber(1, MOST.serve))
        .default(1),
    )
    .addOption(new Option('--roles-from <binary>', 'roles of another build').hideHelp())
    .addOption(
      new Option('--target-p50 <time>', 'in which half of the orders have their 202')
        .argParser(targetTime)
        .default(DEFAULTS.targetP50Ms, `${DEFAULTS.targetP50Ms}ms`),
    )
    .addOption(
      new Option('--target-p99 <time>', 'in which 99 of 100 orders have it')
        .argParser(targetTime)
        .default(DEFAULTS.targetP99Ms, `${DEFAULTS.targetP99Ms}ms`),
    )
    .addOption(new Option('--real-payments', 'though the payment provider will be asked for every order'))
    .addOption(new Option('--html <file>', 'write the closing report as a page').argParser(parseFile))
    .addOption(new Option('--force', 'write over a file that is there'))
    .addOption(new Option('--keep', 'leave its products and orders there'))
    .addOption(new Option('--clean <run>', 'only remove what this rehearsal has left').argParser(parseRun))
    .addOption(new Option('--no-dashboard', 'a line of progress instead of the dashboard'))
    .addHelpText('after', EXAMPLES);
  return withMutationOptions(command).action(async (options) => {
    const { runRehearse } = await import('../rehearse/run-rehearse.js');
    await runRehearse(context, options);
  });
}

const EXAMPLES = `
Its products are rehearsal-RUN-1 and so on. Times count from when a buyer was due, and are judged when nothing is killed.
Servers are killed only on a stack of ordersctl dev up, from its folder.

Examples:
  $ ordersctl rehearse --dry-run                        # what it would do here
  $ ordersctl rehearse --rate 2000 --duration 30s --burst 1000 --units 1000
  $ ordersctl rehearse --kill serve,redis,kafka --yes   # on the local stack
  $ ordersctl rehearse --yes --json | jq .verdict
  $ ordersctl rehearse --clean 3f2a9c1e`;

const percent = wholeNumber(0, 100);
const targetTime = (text: string) => duration('1ms', '1h')(text);

function duration(least: string, most: string): (text: string) => number {
  return (text) => {
    const ms = parseDuration(text);
    if (ms >= parseDuration(least) && ms <= parseDuration(most)) return ms;
    throw new AppError('USAGE', `${text} is not between ${least} and ${most}`);
  };
}

function collectOrigin(text: string, earlier: string[] = []): string[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' && url.origin === text.replace(/\/$/, ''))
    return collect(url.origin, earlier);
  throw new AppError('USAGE', `"${text}" is not where an API is`, {
    hint: 'Give http://host:port, without a path; TLS ends at the gateway before it',
  });
}

function parseKills(text: string): readonly KillPoint[] {
  return text.split(',').map((name) => {
    const point = KILL_POINTS.find((known) => known === name.trim());
    if (point) return point;
    throw new AppError('USAGE', `"${name}" cannot be killed`, { hint: `Any of ${KILL_POINTS.join(',')}` });
  });
}

function parseRun(text: string): string {
  if (isRun(text)) return text;
  throw new AppError('USAGE', `"${text}" is not the name of a run`, {
    hint: 'It is in the names of its products: rehearsal-RUN-1',
  });
}

function parseFile(text: string): string {
  if (text !== '-' && text !== '') return text;
  throw new AppError('USAGE', '--html needs a file: standard output has the verdict', {
    hint: 'ordersctl rehearse --html rehearsal.html',
  });
}
