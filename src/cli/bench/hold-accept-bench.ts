/** Runs the benchmark of accepts in the foreground, shows its report and clears up. */
import { join } from 'node:path';
import { runAcceptBench } from '../../bench/accept/run-accept-bench.js';
import { EXIT } from '../../core/errors.js';
import { STACK_FOLDER } from '../../core/config/stack-state.js';
import { createLifecycle, ownSignals } from '../../core/lifecycle.js';
import { createLog } from '../../core/log.js';
import type { CliContext } from '../context.js';
import { createVoice } from '../demo/create-voice.js';
import { showAcceptBench } from './show-accept-bench.js';

export interface AcceptBenchFlags {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  readonly stored: number;
  readonly check?: true | undefined;
}

const RELEASE_DEADLINE_MS = 60_000;

/** Ends with the context's exit code: 0, 3 with --check when a target is missed, 130 or 143 when a signal came first. */
export async function holdAcceptBench(context: CliContext, flags: AcceptBenchFlags): Promise<void> {
  const { io } = context;
  const log = createLog({ level: context.flags.debug ? 'debug' : 'silent', name: 'bench', stream: 2 });
  const lifecycle = createLifecycle({ log, deadlineMs: RELEASE_DEADLINE_MS });
  const voice = createVoice(context);
  let signalled: NodeJS.Signals | undefined;
  const exitCodeOf = (signal: NodeJS.Signals) => (signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
  const remember = (signal: NodeJS.Signals) => void (signalled ??= signal);
  process.on('SIGINT', remember).on('SIGTERM', remember);
  const disownSignals = ownSignals(lifecycle, log, (signal) => io.forceExit(exitCodeOf(signal)));
  try {
    const report = await runAcceptBench(
      {
        folder: join(io.cwd, STACK_FOLDER, 'bench'),
        env: io.env,
        rounds: flags.rounds,
        secondsEach: flags.seconds,
        connections: flags.connections,
        storedOrders: flags.stored,
      },
      { log, lifecycle, voice },
    );
    voice.end();
    showAcceptBench(context.output, report);
    if (flags.check && report.rows.some((row) => !row.met)) context.exitWith(EXIT.problem);
  } catch (error) {
    if (!lifecycle.signal.aborted) throw error;
  } finally {
    voice.end();
    await lifecycle.end();
    disownSignals();
    process.off('SIGINT', remember).off('SIGTERM', remember);
  }
  await lifecycle.ended;
  if (signalled !== undefined) context.exitWith(exitCodeOf(signalled));
}
