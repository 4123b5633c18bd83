/** `ordersctl dev up`: starts the stack, in the foreground or detached. */
import { Command, Option } from '@commander-js/extra-typings';
import { AppError } from '../../../core/errors.js';
import { MODES } from '../../../dev/resolve-services.js';
import {
  DEFAULT_PORT_BASE,
  MAX_PORT_BASE,
  SERVICE_NAMES,
  type ServiceName,
} from '../../../dev/service-names.js';
import type { CliContext } from '../../context.js';
import { wholeNumber } from '../../options.js';
import { dirOption, projectOf } from './dir-option.js';

export function makeUpCommand(context: CliContext) {
  return new Command('up')
    .summary('start it')
    .description(
      'Starts PostgreSQL, Redis, Kafka and Temporal, and creates tables and topics. Each server is attached if you ' +
        'say so, else a program of this machine, else a Docker container, else installed.',
    )
    .option('-d, --detach', 'return when everything is ready; ordersctl dev down ends it')
    .option(
      '--attach <service=address>',
      `use a server that runs already; may be repeated (${SERVICE_NAMES.join(', ')})`,
      collectAttached,
    )
    .addOption(
      new Option('--mode <mode>', 'where servers may come from').choices(MODES).default('auto' as const),
    )
    .addOption(
      new Option(
        '--port-base <number>',
        'added to the standard ports 5432 6379 9092 9093 7233 8233; auto takes free ones',
      )
        .argParser(parseBase)
        .default(DEFAULT_PORT_BASE as number | 'auto'),
    )
    .addOption(dirOption())
    .addOption(new Option('--supervise', 'be the process behind -d').hideHelp())
    .addHelpText(
      'after',
      `
Servers listen on loopback only. Data, logs and the secret for tokens stay in .ordersctl/ until dev reset.

Examples:
  $ ordersctl dev up                                    # with the servers' logs, until Ctrl-C
  $ ordersctl dev up -d --port-base auto                # a second stack beside the first
  $ ordersctl dev up -d --attach postgres=postgres://me@db.example/shop`,
    )
    .action(async (options) => {
      const { runUp } = await import('../../dev/run-up.js');
      const { detach, supervise, attach, mode, portBase, dir } = options;
      const project = projectOf(context, dir);
      await runUp(context, {
        project,
        attach: attach ?? {},
        mode,
        portBase,
        as: supervise ? 'supervisor' : detach ? 'detached' : 'foreground',
      });
    });
}

type Attached = Readonly<Partial<Record<ServiceName, string>>>;

const ADDRESS: Readonly<Record<ServiceName, RegExp>> = {
  postgres: /^postgres(ql)?:\/\/./,
  redis: /^rediss?:\/\/./,
  kafka: /^[^\s:,]+:\d{1,5}(,[^\s:,]+:\d{1,5})*$/,
  temporal: /^[^\s:]+:\d{1,5}$/,
};

function collectAttached(text: string, earlier: Attached = {}): Attached {
  const at = text.indexOf('=');
  const name = SERVICE_NAMES.find((candidate) => candidate === text.slice(0, at));
  const address = text.slice(at + 1);
  if (name === undefined || !ADDRESS[name].test(address)) {
    throw new AppError('USAGE', `"${text}" does not name a server and its address`, {
      hint: 'Such as postgres=postgres://user@host:5432/database, redis=redis://host:6379, kafka=host:9092, temporal=host:7233',
    });
  }
  return { ...earlier, [name]: address };
}

function parseBase(text: string): number | 'auto' {
  return text === 'auto' ? 'auto' : wholeNumber(0, MAX_PORT_BASE)(text);
}
