/** The command tree. Only names and summaries are loaded here; a command's module is loaded when it is invoked. */
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { assertLocal } from './assert-local.js';
import type { CliContext } from './context.js';
import { HELP_TOPICS } from './help/topic-names.js';
import { normaliseArgs } from './normalise-args.js';
import { settleCommand } from './settle-command.js';

interface CommandEntry {
  readonly name: string;
  readonly group: string;
  readonly summary: string;
  /** Works on this machine alone: knows no contexts. */
  readonly local?: true;
  readonly load: (context: CliContext) => Promise<CommandUnknownOpts>;
}

const RUN = 'Run:';
const PREPARE = 'Prepare:';
const OBSERVE = 'Observe:';
const REPAIR = 'Repair:';
const LOCAL = 'Local:';
const SETUP = 'Setup:';

/** In the order of the help. */
const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'serve',
    group: RUN,
    summary: 'run the HTTP API that accepts orders',
    load: async (context) => (await import('./commands/serve.js')).makeServeCommand(context),
  },
  {
    name: 'consume',
    group: RUN,
    summary: 'run the consumer that starts a saga for each accepted order',
    load: async (context) => (await import('./commands/consume.js')).makeConsumeCommand(context),
  },
  {
    name: 'worker',
    group: RUN,
    summary: 'run the sagas: payment, confirmation, release',
    load: async (context) => (await import('./commands/worker.js')).makeWorkerCommand(context),
  },
  {
    name: 'migrate',
    group: RUN,
    summary: 'create or update tables and topics',
    load: async (context) => (await import('./commands/migrate.js')).makeMigrateCommand(context),
  },
  {
    name: 'seed-stock',
    group: PREPARE,
    summary: 'load units of products',
    load: async (context) => (await import('./commands/seed-stock.js')).makeSeedStockCommand(context),
  },
  {
    name: 'seed-prices',
    group: PREPARE,
    summary: 'load prices of products',
    load: async (context) => (await import('./commands/seed-prices.js')).makeSeedPricesCommand(context),
  },
  {
    name: 'sale',
    group: PREPARE,
    summary: 'open, pause, close and limit the sale of products',
    load: async (context) => (await import('./commands/sale.js')).makeSaleCommand(context),
  },
  {
    name: 'doctor',
    group: PREPARE,
    summary: 'check that everything is set up and well, and that a sale can begin',
    load: async (context) => (await import('./commands/doctor.js')).makeDoctorCommand(context),
  },
  {
    name: 'rehearse',
    group: PREPARE,
    summary: 'hold a sale with made-up buyers on this stack, with a verdict',
    load: async (context) => (await import('./commands/rehearse.js')).makeRehearseCommand(context),
  },
  {
    name: 'top',
    group: OBSERVE,
    summary: 'watch the sale live',
    load: async (context) => (await import('./commands/top.js')).makeTopCommand(context),
  },
  {
    name: 'list',
    group: OBSERVE,
    summary: 'list orders',
    load: async (context) => (await import('./commands/list.js')).makeListCommand(context),
  },
  {
    name: 'inspect',
    group: OBSERVE,
    summary: 'show all that is known about one order, and what to do',
    load: async (context) => (await import('./commands/inspect.js')).makeInspectCommand(context),
  },
  {
    name: 'report',
    group: OBSERVE,
    summary: 'the closing report of a sale, for finance and engineering',
    load: async (context) => (await import('./commands/report.js')).makeReportCommand(context),
  },
  {
    name: 'replay',
    group: REPAIR,
    summary: 'hand stuck orders over again',
    load: async (context) => (await import('./commands/replay.js')).makeReplayCommand(context),
  },
  {
    name: 'cancel',
    group: REPAIR,
    summary: 'cancel orders and give their units back',
    load: async (context) => (await import('./commands/cancel.js')).makeCancelCommand(context),
  },
  {
    name: 'refund',
    group: REPAIR,
    summary: 'call sales off: money back, and units to the sale again',
    load: async (context) => (await import('./commands/refund.js')).makeRefundCommand(context),
  },
  {
    name: 'review',
    group: REPAIR,
    summary: 'decide about orders that wait for a person',
    load: async (context) => (await import('./commands/review.js')).makeReviewCommand(context),
  },
  {
    name: 'audit',
    group: REPAIR,
    summary: 'check that no unit was lost or sold twice',
    load: async (context) => (await import('./commands/audit.js')).makeAuditCommand(context),
  },
  {
    name: 'restore',
    group: REPAIR,
    summary: 'rebuild products that Redis has lost',
    load: async (context) => (await import('./commands/restore.js')).makeRestoreCommand(context),
  },
  {
    name: 'sweep',
    group: REPAIR,
    summary: 'mend at once what a schedule of the worker would mend',
    load: async (context) => (await import('./commands/sweep.js')).makeSweepCommand(context),
  },
  {
    name: 'dlq',
    group: REPAIR,
    summary: 'look at messages that could not be handled, and hand them over again or drop them',
    load: async (context) => (await import('./commands/dlq.js')).makeDlqCommand(context),
  },
  {
    name: 'dev',
    group: LOCAL,
    local: true,
    summary: 'run PostgreSQL, Redis, Kafka and Temporal on this machine',
    load: async (context) => (await import('./commands/dev.js')).makeDevCommand(context),
  },
  {
    name: 'demo',
    group: LOCAL,
    local: true,
    summary: 'run a whole flash sale on this machine, with a verdict',
    load: async (context) => (await import('./commands/demo.js')).makeDemoCommand(context),
  },
  {
    name: 'bench',
    group: LOCAL,
    local: true,
    summary: 'measure on this machine what the documentation promises',
    load: async (context) => (await import('./commands/bench.js')).makeBenchCommand(context),
  },
  {
    name: 'token',
    group: LOCAL,
    summary: 'make a token with which to place orders',
    load: async (context) => (await import('./commands/token.js')).makeTokenCommand(context),
  },
  {
    name: 'context',
    group: SETUP,
    summary: 'name the places you work on, and choose one',
    load: async (context) => (await import('./commands/context.js')).makeContextCommand(context),
  },
  {
    name: 'config',
    group: SETUP,
    summary: 'show the configuration and where it comes from',
    load: async (context) => (await import('./commands/config.js')).makeConfigCommand(context),
  },
  {
    name: 'completion',
    group: SETUP,
    summary: 'completion of commands for bash, zsh and fish',
    load: async (context) => (await import('./commands/completion.js')).makeCompletionCommand(context),
  },
  {
    name: 'version',
    group: SETUP,
    summary: 'print versions',
    load: async (context) => (await import('./commands/version.js')).makeVersionCommand(context),
  },
  {
    name: 'help',
    group: SETUP,
    summary: `help of a command, or: ${HELP_TOPICS.join(', ')}`,
    load: async (context) => (await import('./commands/help.js')).makeHelpCommand(context),
  },
];

const NAMES = COMMANDS.map(({ name }) => name);

/**
 * Builds the program for one invocation: the command named in `args` in full, all others by name and summary.
 * Output goes to the context's streams and nothing exits: commander's ends are thrown (`exitOverride`).
 * @param args what follows the name of the binary
 */
export async function makeProgram(
  context: CliContext,
  args: readonly string[],
): Promise<{ program: CommandUnknownOpts; args: string[] }> {
  const { invoked, args: normal } = normaliseArgs(args, NAMES);
  return { program: await build(context, (entry) => entry.name === invoked), args: normal };
}

/** The same with every command in full: for what is made of the whole tree. */
export function makeWholeProgram(context: CliContext): Promise<CommandUnknownOpts> {
  return build(context, () => true);
}

async function build(
  context: CliContext,
  isWanted: (entry: CommandEntry) => boolean,
): Promise<CommandUnknownOpts> {
  const program = new Command('ordersctl')
    .description('Runs a flash-sale order pipeline and gives its operators what they need.')
    .option('-V, --version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES);
  for (const entry of COMMANDS) {
    const command = isWanted(entry)
      ? await entry.load(context)
      : new Command(entry.name).allowUnknownOption();
    if (entry.local) command.hook('preAction', (_group, invoked) => assertLocal(context, invoked));
    program.addCommand(command.summary(entry.summary).helpGroup(entry.group));
  }
  settleCommand(program, context);
  // The stubs know no options or arguments; the help of each command shows them.
  program.configureHelp({ ...program.configureHelp(), subcommandTerm: (command) => command.name() });
  return program;
}

const EXAMPLES = `
Examples:
  $ ordersctl dev up -d                             # real servers on this machine
  $ ordersctl demo                                  # a whole sale, with a verdict
  $ ordersctl inspect ORDER                         # what happened to one order
  $ ordersctl replay --older-than 60s --dry-run     # what is stuck, and what would be done

Help of one command: ordersctl help COMMAND`;
