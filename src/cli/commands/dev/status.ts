/** `ordersctl dev status`: asks each server of the stack. */
import { Command } from '@commander-js/extra-typings';
import { EXIT } from '../../../core/errors.js';
import type { ServiceStatus } from '../../../dev/live-stack.js';
import type { CliContext } from '../../context.js';
import { renderTable, type Column } from '../../output/table.js';
import { dirOption, projectOf } from './dir-option.js';

export function makeStatusCommand(context: CliContext) {
  return new Command('status')
    .summary('ask each server')
    .description(
      'Asks each server in its own protocol. Exit code 3 when one does not answer, or when no stack runs.',
    )
    .addOption(dirOption())
    .action(async ({ dir }) => {
      const { askServices, findLiveStack } = await import('../../../dev/live-stack.js');
      const { output } = context;
      const state = findLiveStack(projectOf(context, dir));
      const services = state ? await askServices(state) : [];
      if (!state || services.some((service) => !service.ready)) context.exitWith(EXIT.problem);
      if (output.json) {
        return output.data({ running: state !== undefined, startedAt: state?.startedAt ?? null, services });
      }
      if (!state) return output.note('No local stack runs here; ordersctl dev up -d starts one.');
      const columns: Column<ServiceStatus>[] = [
        { title: 'service', value: (row) => row.name },
        {
          title: 'state',
          value: ({ ready }) => (ready ? output.colours.good('ready') : output.colours.bad('no answer')),
        },
        { title: 'mode', value: (row) => row.mode },
        { title: 'pid', value: (row) => String(row.pid ?? ''), align: 'right' },
        { title: 'address', value: (row) => row.address },
      ];
      output.line(renderTable(output, columns, services));
    });
}
