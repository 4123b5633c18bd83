/** `ordersctl sweep`: runs by hand what a worker's schedules run. */
import { Argument, Command } from '@commander-js/extra-typings';
import { SWEEPS, SWEEP_MEANINGS } from '../../core/sweeps/sweep-names.js';
import type { CliContext } from '../context.js';
import { withMutationOptions } from '../mutation/options.js';

export function makeSweepCommand(context: CliContext) {
  const command = new Command('sweep')
    .description(
      'Runs sweeps at once, as the schedules of the worker do: for the day when Temporal or every worker is down, or ' +
        'a schedule is paused. Each mends what nobody has finished, and leaves alone what somebody is at. Harmless ' +
        'when run twice, at once, or beside the schedules.',
    )
    .addArgument(new Argument('[sweeps...]', 'these, in this order').choices(SWEEPS))
    .option('--all', 'every sweep; one that cannot run keeps no other from running');
  return withMutationOptions(command)
    .addHelpText(
      'after',
      `
Sweeps:
${SWEEPS.map((name) => `  ${name.padEnd(LONGEST)}  ${SWEEP_MEANINGS[name]}`).join('\n')}

Of workflows, only a start tells whether they are lost: fewer may be mended than were found. refunds asks the gateway
that ORDERSCTL_PAYMENTS names, as the worker does. Ctrl-C stops after what is in hand; the same command goes on.
Exit 3 when units do not add up, 5 when a store that a sweep needs is away; the others were run.

Examples:
  $ ordersctl sweep --all --dry-run
  $ ordersctl sweep overdue-orders unfinished-endings --yes --reason 'Temporal is down'
  $ ordersctl sweep conservation-check`,
    )
    .action(async (names, options) => {
      const { runSweepCommand } = await import('../sweep/run-sweep-command.js');
      await runSweepCommand(context, names, options);
    });
}

const LONGEST = Math.max(...SWEEPS.map((name) => name.length));
