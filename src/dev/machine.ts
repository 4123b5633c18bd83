/** What the local stack needs to know of the machine it runs on; tests give it another machine. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface CommandResult {
  /** Null when it could not be run at all, or did not end in time. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** Debian or a child of it, with apt-get. */
  readonly hasApt: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Downloads, shared by all stacks of this user. */
  readonly cacheFolder: string;
  /** Path of an executable, looked for in `folders` first and then in PATH. */
  findProgram(name: string, folders?: readonly string[]): string | undefined;
  exists(path: string): boolean;
  /** Names in a folder, sorted; empty when it cannot be read. */
  list(folder: string): readonly string[];
  /** Runs a command to its end. Never throws. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<CommandResult>;
}

export interface RunOptions {
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Goes on when the stack is told to end: a package manager must not be cut short. */
  readonly uninterruptible?: boolean;
}

const MAX_OUTPUT_BYTES = 8 * 1_024 * 1_024;

/**
 * @param env the caller's environment, for PATH, HOME, XDG_CACHE_HOME and the variables that name programs
 * @param signal ends commands that run
 */
export function createMachine(env: Machine['env'], signal?: AbortSignal): Machine {
  const isRoot = process.getuid?.() === 0;
  return {
    platform: process.platform,
    isRoot,
    hasApt: existsSync('/usr/bin/apt-get') && isDebianLike(),
    env,
    cacheFolder: join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'ordersctl'),
    exists: existsSync,
    findProgram(name, folders = []) {
      const path = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
      return [...folders, ...path].map((folder) => join(folder, name)).find(isExecutable);
    },
    list(folder) {
      try {
        return readdirSync(folder).sort();
      } catch {
        return [];
      }
    },
    run: (command, args, options = {}) =>
      new Promise((resolve) => {
        execFile(
          command,
          [...args],
          {
            timeout: options.timeoutMs ?? 0,
            killSignal: 'SIGKILL',
            env: { ...env, ...options.env },
            cwd: options.cwd ?? '/',
            maxBuffer: MAX_OUTPUT_BYTES,
            ...(options.uninterruptible || !signal ? {} : { signal }),
          },
          (error, stdout, stderr) => {
            if (error === null) return resolve({ code: 0, stdout, stderr });
            if (typeof error.code === 'number') return resolve({ code: error.code, stdout, stderr });
            const how = error.signal ? `${command} was ended by ${error.signal}` : error.message;
            resolve({ code: null, stdout, stderr: `${stderr}${how}\n` });
          },
        );
      }),
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isDebianLike(): boolean {
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}
