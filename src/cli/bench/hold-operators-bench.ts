/** The benchmark of operators' commands, from the flags of its command. */
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { runOperatorsBench } from '../../bench/operators/run-operators-bench.js';
import { STACK_FOLDER } from '../../core/config/stack-state.js';
import type { CliContext } from '../context.js';
import type { CliIo } from '../io.js';
import { main } from '../main.js';
import { holdBench } from './hold-bench.js';
import { showOperatorsBench } from './show-operators-bench.js';

export interface OperatorsBenchFlags {
  readonly rounds: number;
  readonly stored: number;
  readonly check?: true | undefined;
}

/** @see holdBench */
export function holdOperatorsBench(context: CliContext, flags: OperatorsBenchFlags): Promise<void> {
  const { io, output } = context;
  const folder = join(io.cwd, STACK_FOLDER, 'bench');
  const options = {
    folder,
    env: io.env,
    rounds: flags.rounds,
    orders: flags.stored,
    runCommand: (args: readonly string[], env: CliIo['env']) => runInside(io, folder, args, env),
  };
  return holdBench(context, {
    check: flags.check === true,
    run: (parts) => runOperatorsBench(options, parts),
    show: (report) => showOperatorsBench(output, report),
  });
}

/** Its answer is made and thrown away: what counts is the time. */
async function runInside(
  io: CliIo,
  cwd: string,
  args: readonly string[],
  env: CliIo['env'],
): Promise<{ code: number; stderr: string }> {
  let said = '';
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done() });
  const stderr = new Writable({
    write: (chunk: Buffer | string, _encoding, done) => {
      said += chunk.toString();
      done();
    },
  });
  const code = await main(args, { ...io, stdout, stderr, stdin: Readable.from([]), env, cwd });
  return { code, stderr: said };
}
