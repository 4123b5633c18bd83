/** `ordersctl help TOPIC`: what is true of all commands. Help of one command never comes here (see program.ts). */
import { Argument, Command } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';
import { HELP_TOPICS, type HelpTopic } from '../help/topic-names.js';

export function makeHelpCommand(context: CliContext) {
  return new Command('help')
    .description('Shows the help of a command, or of a topic that concerns all commands.')
    .addArgument(new Argument('<topic>', 'a command, or a topic').choices(HELP_TOPICS))
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl help replay
  $ ordersctl help exit-codes`,
    )
    .action(async (topic) => {
      await SHOW[topic](context);
    });
}

const SHOW: Readonly<Record<HelpTopic, (context: CliContext) => Promise<void>>> = {
  environment: async (context) => (await import('../help/environment.js')).showEnvironment(context.output),
  'exit-codes': async (context) => (await import('../help/exit-codes.js')).showExitCodes(context.output),
  output: async (context) => (await import('../help/output.js')).showOutputRules(context.output),
  contexts: async (context) => (await import('../help/contexts.js')).showContextRules(context),
};
