/** `ordersctl doctor`: is this deployment well, and can a sale begin? */
import { Command, Option } from '@commander-js/extra-typings';
import { parseDuration } from '../../core/duration.js';
import { AppError } from '../../core/errors.js';
import type { CliContext } from '../context.js';
import { collect } from '../options.js';

const LONGEST_MS = 60_000;

export function makeDoctorCommand(context: CliContext) {
  return new Command('doctor')
    .description(
      'Checks configuration, stores, versions, settings of the servers, topics, sweeps, roles, payments, products and ' +
        'orders: each is ok, a warning, failed, or skipped because something it needs is away. What is wrong comes ' +
        'with a command to paste. Changes nothing.',
    )
    .addOption(
      new Option(
        '--for-sale [product]',
        'go-live list of this product, ending in GO or NO GO; may be repeated; without a name of all that are for sale',
      ).argParser(collect),
    )
    .addOption(new Option('--only <groups>', 'only these groups, several by comma').argParser(collect))
    .addOption(
      new Option('--timeout <duration>', 'longest wait for each answer; default 5s').argParser(readTimeout),
    )
    .option('--strict', 'warnings count as failures')
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const { runDoctor } = await import('../doctor/run-doctor.js');
      await runDoctor(context, options);
    });
}

/** @throws AppError USAGE */
function readTimeout(text: string): number {
  const ms = parseDuration(text);
  if (ms < 1 || ms > LONGEST_MS) throw new AppError('USAGE', `"${text}" is not a time from 1ms to 1m`);
  return ms;
}

const EXAMPLES = `
Groups: config, reach, versions, postgres, redis, kafka, temporal, clocks, roles, payments, products, orders. The stores
that a group needs are asked whether they answer, no others.

Exit codes: 0 all is well, also with warnings; 3 something failed, or NO GO; 5 a store did not answer and what hangs on
it was skipped; 2 no store is configured. A server on this machine that would lose its data in a crash is a warning, any
other one fails; so does every one in a production context.

Examples:
  $ ordersctl doctor
  $ ordersctl doctor --only redis,products
  $ ordersctl doctor --for-sale tee --strict
  $ ordersctl doctor --json | jq '.checks[] | select(.status == "failed")'`;
