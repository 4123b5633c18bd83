/** Where a command's words go: data to stdout, everything else to stderr. */
import type { GlobalFlags } from '../global-flags.js';
import type { CliIo } from '../io.js';
import { createColours, hasColour, type Colours } from './colours.js';

export interface Output {
  /** True under --json: print with `data` only. */
  readonly json: boolean;
  /** True when stdout is a terminal: tables may have lines, times may be relative. */
  readonly decorated: boolean;
  /** Columns of the terminal, within which tables and texts stay; undefined in a pipe, where lines are whole. */
  readonly width: number | undefined;
  /** For text on stdout. */
  readonly colours: Colours;
  /** For text on stderr. */
  readonly noteColours: Colours;
  /** One JSON value on a line of its own: the whole answer, or one line of a stream. Dates become ISO times. */
  data(value: unknown): void;
  /** Text for people on stdout, newline added. */
  line(text?: string): void;
  /** Progress and remarks on stderr; silent under --json, where stderr is for errors alone. */
  note(text: string): void;
}

/** Writes are not awaited: on a pipe or terminal Node writes them synchronously, and `main` watches for EPIPE. */
export function createOutput(io: CliIo, flags: GlobalFlags): Output {
  return {
    json: flags.json,
    decorated: io.stdout.isTTY === true,
    get width() {
      return io.stdout.isTTY === true ? io.stdout.columns : undefined;
    },
    colours: createColours(hasColour(io.stdout, io.env, flags.colour)),
    noteColours: createColours(hasColour(io.stderr, io.env, flags.colour)),
    data(value) {
      io.stdout.write(`${JSON.stringify(value)}\n`);
    },
    line(text = '') {
      io.stdout.write(`${text}\n`);
    },
    note(text) {
      if (!flags.json) io.stderr.write(`${text}\n`);
    },
  };
}
