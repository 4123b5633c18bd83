/** `ordersctl version`: what is installed here, for bug reports and scripts. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';

export function makeVersionCommand(context: CliContext) {
  return new Command('version')
    .description(
      'Prints the version of the binary, of Node, and of the database schema and events it speaks.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl version
  $ ordersctl version --json`,
    )
    .action(async () => {
      const [{ binaryVersion }, { readMigrations }, { SCHEMA_VERSION }] = await Promise.all([
        import('../../core/version.js'),
        import('../../core/postgres/read-migrations.js'),
        import('../../core/kafka/events.js'),
      ]);
      const migrations = await readMigrations();
      const versions = {
        version: binaryVersion(),
        node: process.versions.node,
        platform: `${process.platform}-${process.arch}`,
        schema: { migrations: migrations.length, newest: migrations.at(-1)?.name ?? null },
        eventSchemaVersion: SCHEMA_VERSION,
      };
      if (context.output.json) return context.output.data(versions);
      context.output.line(`ordersctl ${versions.version}`);
      context.output.line(`node      ${versions.node} on ${versions.platform}`);
      context.output.line(
        `schema    ${versions.schema.newest ?? 'none'} (${versions.schema.migrations} migrations)`,
      );
      context.output.line(`events    version ${versions.eventSchemaVersion}`);
    });
}
