/** The command tree. Only names and summaries are loaded here; a command's module is loaded when it is invoked. */
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { CliContext } from './context.js';
import { GLOBAL_OPTIONS } from './global-flags.js';
import { isHelpTopic } from './help/topic-names.js';

interface CommandEntry {
  readonly name: string;
  readonly group: string;
  readonly summary: string;
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
    name: 'dlq',
    group: REPAIR,
    summary: 'look at messages that could not be handled, and hand them over again or drop them',
    load: async (context) => (await import('./commands/dlq.js')).makeDlqCommand(context),
  },
  {
    name: 'dev',
    group: LOCAL,
    summary: 'run PostgreSQL, Redis, Kafka and Temporal on this machine',
    load: async (context) => (await import('./commands/dev.js')).makeDevCommand(context),
  },
  {
    name: 'demo',
    group: LOCAL,
    summary: 'run a whole flash sale on this machine, with a verdict',
    load: async (context) => (await import('./commands/demo.js')).makeDemoCommand(context),
  },
  {
    name: 'bench',
    group: LOCAL,
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
    name: 'config',
    group: SETUP,
    summary: 'show the configuration and where it comes from',
    load: async (context) => (await import('./commands/config.js')).makeConfigCommand(context),
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
    summary: 'help of a command, or: environment, exit-codes, output',
    load: async (context) => (await import('./commands/help.js')).makeHelpCommand(context),
  },
];

/**
 * Builds the program for one invocation: the command named in `args` in full, all others by name and summary.
 * Output goes to the context's streams and nothing exits: commander's ends are thrown (`exitOverride`).
 * @param args what follows the name of the binary
 */
export async function makeProgram(
  context: CliContext,
  args: readonly string[],
): Promise<{ program: CommandUnknownOpts; args: string[] }> {
  const { invoked, args: normal } = normalise(args);
  const program = new Command('ordersctl')
    .description('Runs a flash-sale order pipeline and gives its operators what they need.')
    .option('-V, --version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES);
  for (const entry of COMMANDS) {
    const command =
      entry.name === invoked ? await entry.load(context) : new Command(entry.name).allowUnknownOption();
    program.addCommand(command.summary(entry.summary).helpGroup(entry.group));
  }
  settle(program, context);
  // The stubs know no options or arguments; the help of each command shows them.
  program.configureHelp({ ...program.configureHelp(), subcommandTerm: (command) => command.name() });
  return { program, args: normal };
}

const EXAMPLES = `
Examples:
  $ ordersctl dev up -d                             # real servers on this machine
  $ ordersctl demo                                  # a whole sale, with a verdict
  $ ordersctl inspect ORDER                         # what happened to one order
  $ ordersctl replay --older-than 60s --dry-run     # what is stuck, and what would be done

Help of one command: ordersctl help COMMAND`;

/**
 * Finds the invoked command, and brings the spellings of help and version into one form: `help list` is
 * `list --help`, `--version` is `version`. Help topics are a command of their own.
 */
function normalise(args: readonly string[]): { invoked: string | undefined; args: string[] } {
  const isOperand = (arg: string) => !arg.startsWith('-');
  if (args[0] === '--version' || args[0] === '-V')
    return { invoked: 'version', args: ['version', ...args.slice(1)] };
  const at = args.findIndex(isOperand);
  const first = args[at];
  if (first === undefined) return { invoked: undefined, args: [...args, '--help'] };
  if (first !== 'help') return { invoked: first, args: isKnown(first) ? [...args] : [first] };
  const topic = args.slice(at + 1).find(isOperand);
  if (topic === undefined) return { invoked: undefined, args: ['--help'] };
  if (isHelpTopic(topic)) return { invoked: 'help', args: [...args] };
  // An unknown name goes on without --help, so that it is refused with a suggestion.
  return { invoked: topic, args: isKnown(topic) ? [...args.slice(at + 1), '--help'] : [topic] };
}

function isKnown(name: string): boolean {
  return COMMANDS.some((command) => command.name === name);
}

/** Gives the whole tree the same manners: global flags, streams, no exit, help where a mistake was made. */
function settle(command: CommandUnknownOpts, context: CliContext): void {
  for (const [flags, description] of GLOBAL_OPTIONS) {
    const [long] = flags.split(' ');
    const declared = command.options.some((option) => option.long === long);
    if (!declared) command.option(flags, description);
  }
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => context.io.stdout.write(text),
      // Reached only by the help of a group that was named without a command.
      writeErr: (text) => context.io.stdout.write(text),
      // The one renderer of errors shows them; commander's own text would be a second voice.
      outputError: () => undefined,
      getOutHelpWidth: () => context.io.stdout.columns ?? 100,
      getOutHasColors: () => context.output.colours.enabled,
    });
  for (const child of command.commands) settle(child, context);
}
