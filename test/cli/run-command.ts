/** Runs a command in this process as the binary would, with captured streams. */
import { tmpdir } from 'node:os';
import { Readable, Writable } from 'node:stream';
import type { CliIo } from '../../src/cli/io.js';
import { main } from '../../src/cli/main.js';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Default: a folder without configuration. */
  readonly cwd?: string;
  /** What is typed or piped in. */
  readonly input?: string;
  /** True makes all streams terminals. */
  readonly terminal?: boolean;
  /** Told of each piece on stderr as it is written: where a test presses Ctrl-C. */
  readonly onStderr?: (text: string) => void;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

class Capture extends Writable {
  text = '';
  constructor(
    readonly isTTY: boolean,
    private readonly onText: (text: string) => void = () => undefined,
  ) {
    super({ decodeStrings: false });
  }
  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    this.onText(chunk.toString());
    done();
  }
}

export async function runCommand(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const terminal = options.terminal ?? false;
  const stdout = new Capture(terminal);
  const stderr = new Capture(terminal, options.onStderr);
  const stdin = Object.assign(Readable.from(options.input === undefined ? [] : [options.input]), {
    isTTY: terminal,
  });
  const io: CliIo = {
    stdout,
    stderr,
    stdin,
    env: options.env ?? {},
    cwd: options.cwd ?? tmpdir(),
    forceExit: () => undefined,
  };
  const code = await main(args, io);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** What it printed on stdout. @throws with its errors when it did not succeed */
export async function runText(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await runCommand(args, options);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}\n${stderr}${stdout}`);
  return stdout;
}

/** Runs it with --json and parses what it printed. @throws when it ends with another exit code than `code` */
export async function runJson<T>(args: readonly string[], options: RunOptions = {}, code = 0): Promise<T> {
  const result = await runCommand([...args, '--json'], options);
  if (result.code !== code) {
    throw new Error(`${args.join(' ')} ended with ${result.code}\n${result.stderr}${result.stdout}`);
  }
  return JSON.parse(result.stdout) as T;
}
