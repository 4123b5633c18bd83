/** Runs `bin/ordersctl.js` as its users do: as a process with an environment, streams and an exit code. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { own } from './owned.js';

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const BINARY = join(REPOSITORY, 'bin/ordersctl.js');
/** What a process needs of the test's own environment; store URLs of the developer never leak in. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'XDG_CACHE_HOME', 'TEMPORAL_CLI_PATH', 'JAVA_HOME', 'TMPDIR'];

export interface BinaryOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: an empty temporary folder, so that no `.env` or `.ordersctl/` is found. */
  readonly cwd?: string;
  readonly input?: string;
  /** Another build's `bin/ordersctl.js`. Default: this one's. */
  readonly binary?: string;
  /** After this the process is killed and the result rejects. Default 30 s. */
  readonly timeoutMs?: number;
}

export interface BinaryResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningBinary {
  readonly pid: number;
  /** Everything written so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves when the process is gone, however it ended. */
  readonly exited: Promise<BinaryResult>;
  /** Sends the signal and waits for the end; a process that outlives `timeoutMs` is killed and the call rejects. */
  stop(signal?: NodeJS.Signals, timeoutMs?: number): Promise<BinaryResult>;
}

interface Launched {
  readonly child: ChildProcess;
  readonly what: string;
  readonly binary: RunningBinary;
}

/** The environment a child of the tests gets: a few inherited names, no colours, then `extra`. */
export function childEnvironment(extra: BinaryOptions['env'] = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { NO_COLOR: '1' };
  for (const name of INHERITED) if (process.env[name] !== undefined) env[name] = process.env[name];
  for (const [name, value] of Object.entries(extra)) if (value !== undefined) env[name] = value;
  return env;
}

/** Starts the binary and leaves it running; whoever starts it stops it, or the run fails. */
export function startBinary(args: readonly string[], options: BinaryOptions = {}): RunningBinary {
  return launch(args, options).binary;
}

/** Runs the binary to its end. @throws when it does not end in time */
export async function runBinary(args: readonly string[], options: BinaryOptions = {}): Promise<BinaryResult> {
  const launched = launch(args, options);
  return withDeadline(launched.binary.exited, launched, options.timeoutMs ?? 30_000, 'did not end');
}

function launch(args: readonly string[], options: BinaryOptions): Launched {
  const ownFolder = options.cwd === undefined ? mkdtempSync(join(tmpdir(), 'ordersctl-test-')) : undefined;
  const child = spawn(process.execPath, [options.binary ?? BINARY, ...args], {
    cwd: options.cwd ?? ownFolder,
    env: childEnvironment(options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const what = `ordersctl ${args.join(' ')}`;
  const disown = own(`${what} (pid ${child.pid ?? '?'})`, () => void child.kill('SIGKILL'));
  const out: string[] = [];
  const err: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const exited = new Promise<BinaryResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      disown();
      if (ownFolder !== undefined) rmSync(ownFolder, { recursive: true, force: true });
      resolve({ code, signal, stdout: out.join(''), stderr: err.join('') });
    });
  });
  exited.catch(disown);
  const binary: RunningBinary = {
    pid: child.pid ?? -1,
    stdout: () => out.join(''),
    stderr: () => err.join(''),
    exited,
    stop(signal = 'SIGTERM', timeoutMs = 30_000) {
      child.kill(signal);
      return withDeadline(exited, { child, what }, timeoutMs, `did not end on ${signal}`);
    },
  };
  return { child, what, binary };
}

async function withDeadline(
  exited: Promise<BinaryResult>,
  { child, what }: Pick<Launched, 'child' | 'what'>,
  ms: number,
  complaint: string,
): Promise<BinaryResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ms);
  });
  const first = await Promise.race([exited, late]);
  clearTimeout(timer);
  if (first !== 'late') return first;
  child.kill('SIGKILL');
  const { stdout, stderr } = await exited;
  throw new Error(
    `${what} ${complaint} within ${ms} ms\nstdout: ${stdout.slice(-2_000)}\nstderr: ${stderr.slice(-2_000)}`,
  );
}
