/** A machine made of words: programs that "exist", and what commands answer. */
import type { CommandResult, Machine } from '../../src/dev/machine.js';

export interface FakeMachine extends Machine {
  /** Every command that was run, as one line each. */
  readonly commands: string[];
}

export interface FakeOptions extends Partial<Omit<Machine, 'findProgram' | 'run' | 'exists' | 'list'>> {
  /** Paths of executables; found by their last part. */
  readonly programs?: readonly string[];
  readonly files?: readonly string[];
  readonly folders?: Readonly<Record<string, readonly string[]>>;
  /** Answer of a command, by the beginning of its line; the rest succeed silently. */
  readonly answers?: Readonly<Record<string, Partial<CommandResult>>>;
}

export function createFakeMachine(options: FakeOptions = {}): FakeMachine {
  const commands: string[] = [];
  const programs = options.programs ?? [];
  return {
    platform: 'linux',
    isRoot: false,
    hasApt: false,
    env: {},
    cacheFolder: '/cache',
    ...options,
    commands,
    findProgram: (name, folders = []) =>
      folders.map((folder) => `${folder}/${name}`).find((path) => programs.includes(path)) ??
      programs.find((path) => path.startsWith('/usr/bin/') && path.endsWith(`/${name}`)),
    exists: (path) => [...programs, ...(options.files ?? [])].includes(path),
    list: (folder) => options.folders?.[folder] ?? [],
    run(command, args) {
      const line = [command, ...args].join(' ');
      commands.push(line);
      const known = Object.entries(options.answers ?? {}).find(([start]) => line.startsWith(start));
      return Promise.resolve({ code: 0, stdout: '', stderr: '', ...known?.[1] });
    },
  };
}
