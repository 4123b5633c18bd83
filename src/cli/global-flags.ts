/** The flags that every command takes. They are read before parsing, so that even a usage error obeys them. */
import type { CliIo } from './io.js';

export interface GlobalFlags {
  /** stdout is one JSON document (or one a line), and errors are JSON on stderr. */
  readonly json: boolean;
  readonly colour: boolean;
  /** Stack traces, and what kept the process open. */
  readonly debug: boolean;
}

/** Flag, its line in the help; all are switches, so that reading them early cannot swallow a value. */
export const GLOBAL_OPTIONS = [
  ['--json', 'print data as JSON on stdout and errors as JSON on stderr'],
  ['--no-color', 'no colour; NO_COLOR does the same'],
  ['--debug', 'show stack traces'],
] as const;

/** @param args what follows the name of the binary */
export function readGlobalFlags(args: readonly string[], env: CliIo['env']): GlobalFlags {
  const end = args.indexOf('--');
  const own = end === -1 ? args : args.slice(0, end);
  return {
    json: own.includes('--json') || env['ORDERSCTL_OUTPUT'] === 'json',
    colour: !own.includes('--no-color'),
    debug: own.includes('--debug'),
  };
}
