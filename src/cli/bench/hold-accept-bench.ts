/** The benchmark of accepts, from the flags of its command. */
import { join } from 'node:path';
import { runAcceptBench } from '../../bench/accept/run-accept-bench.js';
import { STACK_FOLDER } from '../../core/config/stack-state.js';
import type { CliContext } from '../context.js';
import { holdBench } from './hold-bench.js';
import { showAcceptBench } from './show-accept-bench.js';

export interface AcceptBenchFlags {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  readonly stored: number;
  readonly relay?: true | undefined;
  readonly check?: true | undefined;
}

/** @see holdBench */
export function holdAcceptBench(context: CliContext, flags: AcceptBenchFlags): Promise<void> {
  const { io, output } = context;
  const options = {
    folder: join(io.cwd, STACK_FOLDER, 'bench'),
    env: io.env,
    rounds: flags.rounds,
    secondsEach: flags.seconds,
    connections: flags.connections,
    storedOrders: flags.stored,
    relay: flags.relay ?? false,
  };
  return holdBench(context, {
    check: flags.check === true,
    run: (parts) => runAcceptBench(options, parts),
    show: (report) => showAcceptBench(output, report),
  });
}
