/** `ordersctl migrate`: brings tables and topics to what this binary needs. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';
import { withMutationOptions } from '../mutation/options.js';

export function makeMigrateCommand(context: CliContext) {
  const command = new Command('migrate').description(
    'Applies the missing migrations, creates the missing Kafka topics and checks the Temporal namespace. ' +
      'Safe to run again, and from several processes at once. Asks only in production.',
  );
  return withMutationOptions(command)
    .addHelpText(
      'after',
      `
Partition count and replication of new topics come from ORDERSCTL_KAFKA_PARTITIONS and
ORDERSCTL_KAFKA_REPLICATION; topics that exist are left as they are.

Examples:
  $ ordersctl migrate
  $ ordersctl migrate --dry-run                      # what is missing
  $ ordersctl migrate --json`,
    )
    .action(async (options) => {
      const { runMigrate } = await import('../migrate/run-migrate.js');
      await runMigrate(context, options);
    });
}
