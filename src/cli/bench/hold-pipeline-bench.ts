/** The benchmark of the pipeline, from the flags of its command. */
import { join } from 'node:path';
import { runPipelineBench } from '../../bench/pipeline/run-pipeline-bench.js';
import { STACK_FOLDER } from '../../core/config/stack-state.js';
import type { CliContext } from '../context.js';
import { holdBench } from './hold-bench.js';
import { showPipelineBench } from './show-pipeline-bench.js';

export interface PipelineBenchFlags {
  readonly rounds: number;
  readonly orders: number;
  readonly seconds: number;
  readonly check?: true | undefined;
}

/** @see holdBench */
export function holdPipelineBench(context: CliContext, flags: PipelineBenchFlags): Promise<void> {
  const { io, output } = context;
  const options = {
    folder: join(io.cwd, STACK_FOLDER, 'bench'),
    env: io.env,
    rounds: flags.rounds,
    ordersEach: flags.orders,
    secondsEach: flags.seconds,
  };
  return holdBench(context, {
    check: flags.check === true,
    run: (parts) => runPipelineBench(options, parts),
    show: (report) => showPipelineBench(output, report),
  });
}
