/** Runs a stack in this process until a signal: the foreground of `dev up`, and the process behind `dev up -d`. */
import { exitCodeOfSignal } from '../core/ending-signals.js';
import { createLifecycle, ownSignals, type Lifecycle } from '../core/lifecycle.js';
import type { Log } from '../core/log.js';
import { controlSocketOf, listenForControl } from './stack-control.js';
import { startStack, type Stack, type StackOptions } from './start-stack.js';

/** More than the servers are given to end. */
const DRAIN_DEADLINE_MS = 25_000;

export interface Supervision {
  readonly log: Log;
  /** Ends this process at once: the answer to a second signal. The servers follow it. */
  readonly forceExit: (exitCode: number) => void;
  /** Everything answers. `signal` aborts when the end has begun. */
  readonly onReady: (stack: Stack, signal: AbortSignal) => void;
  /** Aborts when whoever waits for the start has gone. */
  readonly abandoned?: AbortSignal;
}

/**
 * Resolves when a signal has ended the stack: `ended` after it had been ready, `interrupted` before.
 * @throws whatever `startStack` throws
 */
export async function superviseStack(
  options: Omit<StackOptions, 'signal'>,
  supervision: Supervision,
): Promise<'ended' | 'interrupted'> {
  const { log } = supervision;
  const lifecycle = createLifecycle({ log, deadlineMs: DRAIN_DEADLINE_MS });
  const disownSignals = ownSignals(lifecycle, log, (signal) =>
    supervision.forceExit(exitCodeOfSignal(signal)),
  );
  supervision.abandoned?.addEventListener('abort', () => void lifecycle.end());
  try {
    const stack = await startUnlessEnded(options, lifecycle.signal);
    if (stack === undefined) return 'interrupted';
    lifecycle.own('local stack', () => stack.stop());
    await openControl(stack, lifecycle, log);
    supervision.onReady(stack, lifecycle.signal);
    await lifecycle.ended;
    return 'ended';
  } finally {
    disownSignals();
  }
}

/** Without it everything but a rehearsal's blows works. */
async function openControl(stack: Stack, lifecycle: Lifecycle, log: Log): Promise<void> {
  const path = controlSocketOf(stack.stackId);
  try {
    const hangUp = await listenForControl(path, (service) => stack.restart(service));
    lifecycle.own('control socket', hangUp);
  } catch (error) {
    log.warn({ err: error, path }, 'commands cannot ask for a restart of single servers');
  }
}

/** @returns undefined when a signal came first; then nothing is left running */
async function startUnlessEnded(
  options: Omit<StackOptions, 'signal'>,
  signal: AbortSignal,
): Promise<Stack | undefined> {
  try {
    const stack = await startStack({ ...options, signal });
    if (!signal.aborted) return stack;
    await stack.stop();
    return undefined;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
