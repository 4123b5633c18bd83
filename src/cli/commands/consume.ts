/** `ordersctl consume`: starts a saga for each accepted order. */
import { Command, Option } from '@commander-js/extra-typings';
import { adminPortOption, hostOption, logLevelOption, toConfigFlags } from '../config-flags.js';
import type { CliContext } from '../context.js';

export function makeConsumeCommand(context: CliContext) {
  return new Command('consume')
    .description(
      'Reads accepted orders from Kafka and starts a saga for each. Logs JSON lines to stdout; drains on SIGTERM and exits 0.',
    )
    .addOption(adminPortOption())
    .addOption(hostOption())
    .addOption(new Option('--concurrency <count>', 'saga starts in flight (ORDERSCTL_CONSUME_CONCURRENCY)'))
    .addOption(logLevelOption())
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl consume
  $ ordersctl consume --concurrency 128 --admin-port 9475`,
    )
    .action(async (options) => {
      const [{ runRole }, { startConsumer }] = await Promise.all([
        import('../run-role.js'),
        import('../../consumer/start-consumer.js'),
      ]);
      const flags = toConfigFlags({ ...options, consumeConcurrency: options.concurrency }, [
        'adminPort',
        'host',
        'logLevel',
        'consumeConcurrency',
      ]);
      await runRole(context, 'consume', flags, startConsumer);
    });
}
