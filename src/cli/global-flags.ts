/** The flags that every command takes. They are read before parsing, so that even a usage error obeys them. */
import { AppError } from '../core/errors.js';
import type { CliIo } from './io.js';

export interface GlobalFlags {
  /** stdout is one JSON document (or one a line), and errors are JSON on stderr. */
  readonly json: boolean;
  readonly colour: boolean;
  /** Stack traces, and what kept the process open. */
  readonly debug: boolean;
  /** Name of the context to use; undefined when it was not asked for on the command line. */
  readonly context: string | undefined;
  /** Refuse what would change something. */
  readonly readOnly: boolean;
}

/** When none is given. */
export const NO_FLAGS: GlobalFlags = {
  json: false,
  colour: true,
  debug: false,
  context: undefined,
  readOnly: false,
};

/** Flag, its line in the help. */
export const GLOBAL_OPTIONS = [
  ['--context <name>', 'use the settings of this context; none for no context'],
  ['--read-only', 'refuse to change anything'],
  ['--json', 'print data as JSON on stdout and errors as JSON on stderr'],
  ['--no-color', 'no colour; NO_COLOR does the same'],
  ['--debug', 'show stack traces'],
] as const;

/** @param args what follows the name of the binary @throws AppError USAGE for --context without a name */
export function readGlobalFlags(args: readonly string[], env: CliIo['env']): GlobalFlags {
  const own = beforeTerminator(args);
  return {
    context: own.map((arg, at) => contextIn(arg, own[at + 1])).findLast((name) => name !== undefined),
    readOnly: own.includes('--read-only'),
    json: own.includes('--json') || env['ORDERSCTL_OUTPUT'] === 'json',
    colour: !own.includes('--no-color'),
    debug: own.includes('--debug'),
  };
}

/**
 * Takes `--context NAME` out: it may stand before the command, and nothing else with a value may, so finding the
 * command stays a look for the first word that is no flag.
 */
export function withoutContext(args: readonly string[]): string[] {
  const own = beforeTerminator(args);
  return args.filter((arg, at) => {
    if (at >= own.length) return true;
    return arg !== '--context' && !arg.startsWith('--context=') && own[at - 1] !== '--context';
  });
}

function contextIn(arg: string, next: string | undefined): string | undefined {
  const name = arg === '--context' ? (next ?? '') : arg.startsWith('--context=') ? arg.slice(10) : undefined;
  if (name === '' || (arg === '--context' && name?.startsWith('-'))) {
    throw new AppError('USAGE', '--context needs the name of a context', {
      hint: 'ordersctl context list shows which there are',
    });
  }
  return name;
}

function beforeTerminator(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end === -1 ? args : args.slice(0, end);
}
