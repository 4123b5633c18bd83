/** `ordersctl dev`: PostgreSQL, Redis, Kafka and Temporal on this machine. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';
import { makeDownCommand } from './dev/down.js';
import { makeEnvCommand } from './dev/env.js';
import { makeLogsCommand } from './dev/logs.js';
import { makeResetCommand } from './dev/reset.js';
import { makeStatusCommand } from './dev/status.js';
import { makeUpCommand } from './dev/up.js';

export function makeDevCommand(context: CliContext) {
  const dev = new Command('dev')
    .description('Runs PostgreSQL, Redis, Kafka and Temporal on this machine.')
    .addHelpText(
      'after',
      `
Everything of a stack is in .ordersctl/ of the current folder; commands run there find it by themselves.

Examples:
  $ ordersctl dev up -d                    # returns when all four answer and tables and topics exist
  $ ordersctl dev status
  $ eval "$(ordersctl dev env)"            # the addresses, for other programs
  $ ordersctl dev down`,
    );
  const makers = [
    makeUpCommand,
    makeDownCommand,
    makeStatusCommand,
    makeLogsCommand,
    makeEnvCommand,
    makeResetCommand,
  ];
  for (const make of makers) dev.addCommand(make(context));
  return dev;
}
