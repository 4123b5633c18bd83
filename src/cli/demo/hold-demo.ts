/** The ways to hold a demo: here until its end, or behind, where it stays. */
import { join } from 'node:path';
import { EXIT } from '../../core/errors.js';
import { STACK_FOLDER } from '../../core/config/stack-state.js';
import { createLifecycle, ownSignals } from '../../core/lifecycle.js';
import { createLog } from '../../core/log.js';
import type { Role } from '../../core/names.js';
import { runDemo, type DemoOptions, type DemoParts } from '../../bench/demo/run-demo.js';
import type { CliContext } from '../context.js';
import { askKeeper } from './ask-keeper.js';
import { createVoice, type TerminalVoice } from './create-voice.js';
import { keepDemo } from './keep-demo.js';
import { showReport } from './show-report.js';

export interface HoldOptions {
  readonly buyers: number;
  readonly units: number;
  readonly products: number;
  readonly seed: number;
  readonly kill: Role | undefined;
  readonly as: 'foreground' | 'kept' | 'keeper';
}

/** Roles drain and servers end; more than each of them is given. */
const RELEASE_DEADLINE_MS = 60_000;

/** Ends with the context's exit code: 0, 3 when the verdict failed, 130 or 143 when a signal came first. */
export async function holdDemo(context: CliContext, options: HoldOptions): Promise<void> {
  const { io, flags } = context;
  const { as, ...sale } = options;
  const demo: DemoOptions = {
    ...sale,
    keep: as !== 'foreground',
    folder: join(io.cwd, STACK_FOLDER, 'demo'),
    env: io.env,
  };
  if (as === 'kept') return askKeeper(context, demo);

  const log = createLog({ level: flags.debug ? 'debug' : 'silent', name: 'demo', stream: 2 });
  const lifecycle = createLifecycle({ log, deadlineMs: RELEASE_DEADLINE_MS });
  const voice = createVoice(context);
  const ended = rememberSignal(() => voice.line('ending   what was started; again to kill it'));
  const disownSignals = ownSignals(lifecycle, log, (signal) => io.forceExit(exitCodeOf(signal)));
  try {
    if (as === 'keeper') await keepDemo(demo, { log, lifecycle });
    else await holdHere(context, demo, { log, lifecycle, voice });
  } catch (error) {
    // What a signal has cut short fails in many ways; none of them is the news.
    if (!lifecycle.signal.aborted) throw error;
  } finally {
    await lifecycle.end();
    disownSignals();
    ended.forget();
  }
  // What could not be given back is worth an error even after a good verdict.
  await lifecycle.ended;
  if (ended.signal() !== undefined && as !== 'keeper') context.exitWith(exitCodeOf(ended.signal()));
}

async function holdHere(
  context: CliContext,
  demo: DemoOptions,
  { voice, ...parts }: Omit<DemoParts, 'voice'> & { readonly voice: TerminalVoice },
): Promise<void> {
  try {
    const report = await runDemo(demo, { ...parts, voice });
    voice.end();
    showReport(context, report);
    if (report.verdict === 'failed') context.exitWith(EXIT.problem);
    voice.line('ending   roles and servers');
  } finally {
    voice.end();
  }
}

/** Which signal has ended us; the lifecycle does not tell. */
function rememberSignal(onSignal: () => void): { signal(): NodeJS.Signals | undefined; forget(): void } {
  let seen: NodeJS.Signals | undefined;
  const listener = (signal: NodeJS.Signals) => {
    if (seen === undefined) onSignal();
    seen ??= signal;
  };
  process.on('SIGINT', listener).on('SIGTERM', listener);
  return {
    signal: () => seen,
    forget: () => void process.off('SIGINT', listener).off('SIGTERM', listener),
  };
}

function exitCodeOf(signal: NodeJS.Signals | undefined): number {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}
