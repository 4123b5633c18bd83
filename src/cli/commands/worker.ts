/** `ordersctl worker`: runs the sagas. */
import { Command, Option } from '@commander-js/extra-typings';
import { adminPortOption, hostOption, logLevelOption, toConfigFlags } from '../config-flags.js';
import type { CliContext } from '../context.js';

export function makeWorkerCommand(context: CliContext) {
  return new Command('worker')
    .description(
      'Runs the sagas and the scheduled sweeps. Logs JSON lines to stdout; drains on SIGTERM and exits 0.',
    )
    .addOption(
      new Option('--payments <gateway>', 'payment gateway: webhook or simulated (ORDERSCTL_PAYMENTS)'),
    )
    .addOption(adminPortOption())
    .addOption(hostOption())
    .addOption(logLevelOption())
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl worker
  $ ordersctl worker --payments simulated --admin-port 9476`,
    )
    .action(async (options) => {
      const [{ runRole }, { startWorker }] = await Promise.all([
        import('../run-role.js'),
        import('../../worker/start-worker.js'),
      ]);
      const flags = toConfigFlags(options, ['payments', 'adminPort', 'host', 'logLevel']);
      await runRole(context, 'worker', flags, startWorker);
    });
}
