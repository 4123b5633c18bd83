/** Runs something long in the foreground, and gives back all that it has started however it ends. */
import { exitCodeOfSignal, onEndingSignals, type EndingSignal } from '../core/ending-signals.js';
import { createLifecycle, type Lifecycle } from '../core/lifecycle.js';
import { createLog, type Log } from '../core/log.js';
import type { CliContext } from './context.js';

export interface HeldParts {
  /** Silent, or on stderr with --debug. */
  readonly log: Log;
  /** Its end, also by a signal, ends what is run. */
  readonly lifecycle: Lifecycle;
}

/** Roles drain and servers end; more than each of them is given. */
const RELEASE_DEADLINE_MS = 60_000;

/**
 * @param options.name of the log
 * @param options.onSignal told of the first one; a second one kills
 * @returns the exit code of the signal that has cut it short, undefined when none came
 * @throws what `work` throws unless a signal came first, or the first thing that could not be given back
 */
export async function holdForeground(
  { io, flags }: CliContext,
  options: { readonly name: string; readonly onSignal?: () => void },
  work: (parts: HeldParts) => Promise<void>,
): Promise<number | undefined> {
  const log = createLog({ level: flags.debug ? 'debug' : 'silent', name: options.name, stream: 2 });
  const lifecycle = createLifecycle({ log, deadlineMs: RELEASE_DEADLINE_MS });
  let signalled: EndingSignal | undefined;
  const disownSignals = onEndingSignals(
    (signal) => {
      signalled = signal;
      options.onSignal?.();
      lifecycle.end().catch((error: unknown) => log.error({ err: error }, 'drain failed'));
    },
    (signal) => io.forceExit(exitCodeOfSignal(signal)),
  );
  try {
    await work({ log, lifecycle });
  } catch (error) {
    // What a signal has cut short fails in many ways; none of them is the news.
    if (!lifecycle.signal.aborted) throw error;
  } finally {
    await lifecycle.end();
    disownSignals();
  }
  // What could not be given back is worth an error even after a good result.
  await lifecycle.ended;
  return signalled && exitCodeOfSignal(signalled);
}
