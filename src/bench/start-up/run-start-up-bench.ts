/** The benchmark of starting: how long `--help` takes, beside the least that Node and commander take. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../core/errors.js';
import { readBenchMachine, type BenchMachine } from '../report/bench-machine.js';
import type { BenchParts } from '../report/bench-parts.js';
import { median, toRow, type BenchRow } from '../report/bench-row.js';
import { measureInTurns, ratios } from '../report/in-turns.js';

export interface StartUpReport {
  readonly schemaVersion: 1;
  readonly at: string;
  readonly machine: BenchMachine;
  readonly method: { readonly rounds: number; readonly runs: number };
  readonly rows: readonly BenchRow<'P9'>[];
  /** Medians over the rounds of the fastest start of each, for orientation. */
  readonly milliseconds: Readonly<Record<SubjectName, number>>;
}

type SubjectName = 'bare' | 'help';

interface Subject {
  readonly name: SubjectName;
  /** Of Node. */
  readonly args: readonly string[];
}

const BINARY = fileURLToPath(new URL('../../../bin/ordersctl.js', import.meta.url));
/** The least that a program with commander can be. */
const BARE = `import { Command } from ${JSON.stringify(import.meta.resolve('commander'))};
  new Command('bare').description('Shows its help.').option('--json', 'as JSON').parse(['--help'], { from: 'user' });`;
const SUBJECTS: readonly Subject[] = [
  { name: 'bare', args: ['--input-type=module', '--eval', BARE] },
  { name: 'help', args: [BINARY, '--help'] },
];

/**
 * The fastest of some starts in a row counts: everything that disturbs one makes it slower, nothing faster. One start of each
 * before the others is not counted.
 * @param options.runs starts of each in a round
 * @throws AppError INTERNAL when one of them fails
 */
export async function runStartUpBench(
  options: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly rounds: number;
    readonly runs: number;
  },
  { lifecycle, voice }: BenchParts,
): Promise<StartUpReport> {
  const { env, rounds, runs } = options;
  const at = new Date().toISOString();
  const machine = readBenchMachine();
  const begin = (subject: Subject) => timeStart(subject, env, lifecycle.signal);
  for (const subject of SUBJECTS) await begin(subject);
  const onRound = (round: number) => voice.status(`round ${round} of ${rounds}`);
  const rates = await measureInTurns({ subjects: SUBJECTS, rounds, onRound }, async (subject) => {
    let fastest = Infinity;
    for (let run = 0; run < runs; run += 1) fastest = Math.min(fastest, await begin(subject));
    return 1_000 / fastest;
  });
  const msOf = (name: SubjectName) => Math.round(1_000 / median(rates[name] ?? []));
  return {
    schemaVersion: 1,
    at,
    machine,
    method: { rounds, runs },
    rows: [
      toRow('P9', 'ordersctl --help ÷ bare node with commander', 'ratio', ratios(rates, 'bare', 'help'), {
        atMost: 1.5,
      }),
    ],
    milliseconds: { bare: msOf('bare'), help: msOf('help') },
  };
}

/** @returns milliseconds from the start of the process to its end */
function timeStart(
  { name, args }: Subject,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, args, { stdio: 'ignore', env, signal });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve(performance.now() - startedAt);
      else reject(new AppError('INTERNAL', `the start of ${name} ended with ${code ?? 'a signal'}`));
    });
  });
}
