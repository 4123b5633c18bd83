/** Runs the benchmark of accepts in the foreground, shows its report and clears up. */
import { join } from 'node:path';
import { runAcceptBench, type AcceptBenchOptions } from '../../bench/accept/run-accept-bench.js';
import { EXIT } from '../../core/errors.js';
import { STACK_FOLDER } from '../../core/config/stack-state.js';
import type { CliContext } from '../context.js';
import { createVoice } from '../create-voice.js';
import { holdForeground } from '../hold-foreground.js';
import { showAcceptBench } from './show-accept-bench.js';

export interface AcceptBenchFlags {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  readonly stored: number;
  readonly relay?: true | undefined;
  readonly check?: true | undefined;
}

/** Ends with the context's exit code: 0, 3 with --check when a target is missed, 130 or 143 when a signal came first. */
export async function holdAcceptBench(context: CliContext, flags: AcceptBenchFlags): Promise<void> {
  const { io, output } = context;
  const voice = createVoice(context);
  const options: AcceptBenchOptions = {
    folder: join(io.cwd, STACK_FOLDER, 'bench'),
    env: io.env,
    rounds: flags.rounds,
    secondsEach: flags.seconds,
    connections: flags.connections,
    storedOrders: flags.stored,
    relay: flags.relay ?? false,
  };
  const onSignal = () => voice.line('ending   what was started; again to kill it');
  const cutShort = await holdForeground(context, { name: 'bench', onSignal }, async (parts) => {
    try {
      const report = await runAcceptBench(options, { ...parts, voice });
      voice.end();
      showAcceptBench(output, report);
      if (flags.check && report.rows.some((row) => !row.met)) context.exitWith(EXIT.problem);
    } finally {
      voice.end();
    }
  });
  if (cutShort !== undefined) context.exitWith(cutShort);
}
