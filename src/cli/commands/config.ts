/** `ordersctl config show`: every setting, its value with secrets masked, and where the value comes from. */
import { Command } from '@commander-js/extra-typings';
import type { Origin } from '../../core/config/load-config.js';
import type { CliContext } from '../context.js';
import { renderTable, type Column } from '../output/table.js';

interface Row {
  readonly setting: string;
  readonly env: string;
  /** Masked; null when unset. Durations are in milliseconds in JSON and written out for people. */
  readonly value: unknown;
  readonly origin: string;
}

export function makeConfigCommand(context: CliContext) {
  const config = new Command('config').description('Shows the configuration.').addHelpText(
    'after',
    `
Examples:
  $ ordersctl config show --origin`,
  );
  config.addCommand(makeShowCommand(context));
  return config;
}

function makeShowCommand(context: CliContext) {
  return new Command('show')
    .summary('every setting and its value, secrets masked')
    .description('Shows every setting and its value, secrets masked.')
    .option('--origin', 'show where each value comes from')
    .addHelpText(
      'after',
      `
A context that is asked for goes before the environment, the current one after it: ordersctl help environment.

Examples:
  $ ordersctl config show --origin
  $ ordersctl config show --json`,
    )
    .action(async ({ origin }) => {
      const { listSettings } = await import('../list-settings.js');
      const { config, origins } = await context.loadConfigWithOrigins();
      const settings = listSettings(config);
      if (context.output.json) {
        const rows = settings.map(
          ({ setting, env, value }): Row => ({ setting, env, value, origin: origins[setting] }),
        );
        return context.output.data(rows);
      }
      const columns: Column<(typeof settings)[number]>[] = [
        { title: 'setting', value: (row) => row.env },
        { title: 'value', value: (row) => row.text },
      ];
      const named = `context ${config.context ?? ''}`;
      const originOf = (from: Origin) => (from === 'context' ? named : from);
      if (origin) columns.push({ title: 'origin', value: (row) => originOf(origins[row.setting]) });
      context.output.line(renderTable(context.output, columns, settings));
    });
}
