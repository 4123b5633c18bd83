/** Runs one command line and says with which code the process should end. */
import { CommanderError } from '@commander-js/extra-typings';
import { AppError, EXIT, toAppError } from '../core/errors.js';
import { createContext, type CliContext } from './context.js';
import { NO_FLAGS, readGlobalFlags, withoutContext } from './global-flags.js';
import type { CliIo } from './io.js';
import { showError } from './output/errors.js';
import { makeProgram } from './program.js';

/**
 * @param argv what follows the name of the binary
 * @returns the exit code; every error was shown
 */
export async function main(argv: readonly string[], io: CliIo): Promise<number> {
  // A mistake in the global flags themselves is shown without them.
  let flags = NO_FLAGS;
  try {
    flags = readGlobalFlags(argv, io.env);
    const context = createContext(io, flags);
    return await Promise.race([readerGone(io), run(context, withoutContext(argv))]);
  } catch (thrown) {
    if (isHelpShown(thrown)) return EXIT.ok;
    const error = thrown instanceof CommanderError ? toUsageError(thrown) : toAppError(thrown);
    showError(io, flags, error);
    return error.exitCode;
  }
}

async function run(context: CliContext, argv: readonly string[]): Promise<number> {
  const { program, args } = await makeProgram(context, argv);
  await program.parseAsync(args, { from: 'user' });
  return context.exitCode;
}

function isHelpShown(thrown: unknown): boolean {
  return thrown instanceof CommanderError && (thrown.exitCode === 0 || thrown.code === 'commander.help');
}

/** Commander's messages begin with `error: ` and may end with a suggestion on a line of its own. */
function toUsageError(error: CommanderError): AppError {
  const [what = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const hint =
    suggestion?.replace(/^\((.*)\)$/, '$1') ??
    'ordersctl --help lists the commands; ordersctl help COMMAND tells their options';
  return new AppError('USAGE', what, { hint });
}

/** `ordersctl list | head` closes the pipe early: a quiet end, not an error. */
function readerGone(io: CliIo): Promise<number> {
  return new Promise((resolve, reject) => {
    io.stdout.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') resolve(EXIT.ok);
      else reject(error);
    });
  });
}
