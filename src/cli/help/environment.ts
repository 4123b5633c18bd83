/** `ordersctl help environment`, generated from the settings. */
import { PRECEDENCE } from '../../core/config/load-config.js';
import { configSchema } from '../../core/config/schema.js';
import { listSettings } from '../list-settings.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';
import { wrapHelp } from './wrap-help.js';

export function showEnvironment(output: Output): void {
  const settings = listSettings(configSchema.parse({}));
  if (output.json) {
    const rows = settings.map(({ env, describe, secret, value }) => ({
      env,
      describe,
      secret,
      default: value,
    }));
    return output.data(rows);
  }
  const columns = [
    { title: 'variable', value: (row: (typeof settings)[number]) => row.env },
    { title: 'default', value: (row: (typeof settings)[number]) => row.text },
    { title: 'meaning', value: (row: (typeof settings)[number]) => row.describe },
  ];
  output.line(renderTable(output, columns, settings));
  output.line();
  output.line('Any of them may be read from a file: NAME_FILE=/run/secrets/name.');
  output.line(wrapHelp(`Precedence: ${PRECEDENCE}.`, output.width ?? 100));
  output.line(
    'Durations are written 500ms, 90s, 10m, 2h or 1d. ORDERSCTL_OUTPUT=json is --json for every command.',
  );
}
