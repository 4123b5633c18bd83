/** Where on a command line its end is: in which command, and of which option a value is being typed. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';

type Option = CommandUnknownOpts['options'][number];

export interface Place {
  readonly command: CommandUnknownOpts;
  /** Whose value is being typed; undefined: it is an option, a command or an argument. */
  readonly option: Option | undefined;
  /** What is typed of it. */
  readonly typed: string;
  /** `--status=` where it stands before the value. */
  readonly prefix: string;
  /** Arguments before it. */
  readonly operands: number;
  /** Long names of the options before it. */
  readonly given: ReadonlySet<string>;
  /** Value of --context before it. */
  readonly context: string | undefined;
}

/** @param earlier the words before the one that is being typed */
export function findPlace(program: CommandUnknownOpts, earlier: readonly string[], current: string): Place {
  let command = program;
  let operands = 0;
  let waiting: Option | undefined;
  let context: string | undefined;
  let options = true;
  const given = new Set<string>();
  for (const word of earlier) {
    if (waiting) {
      if (waiting.long === '--context') context = word;
      waiting = undefined;
    } else if (options && word === '--') {
      options = false;
    } else if (options && word.startsWith('-')) {
      const [flag = '', value] = splitAssignment(word);
      const option = find(command, flag);
      given.add(option?.long ?? flag);
      if (flag === '--context') context = value;
      if (option?.required && value === undefined) waiting = option;
    } else {
      const child = command.commands.find((one) => one.name() === word);
      if (child) command = child;
      else operands += 1;
    }
  }
  const [flag = '', value] = splitAssignment(current);
  const assigned = options && !waiting && value !== undefined ? find(command, flag) : undefined;
  return {
    ...{ command, operands, given, context },
    option: waiting ?? assigned,
    typed: assigned ? (value ?? '') : current,
    prefix: assigned ? `${flag}=` : '',
  };
}

function find(command: CommandUnknownOpts, flag: string): Option | undefined {
  return command.options.find(({ long, short }) => long === flag || short === flag);
}

function splitAssignment(word: string): [string, string | undefined] {
  const at = word.indexOf('=');
  return at === -1 || !word.startsWith('--') ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}
