/**
 * Lets a long change be stopped in order: the first Ctrl-C (or SIGTERM) lets the batch in hand finish, so that what was
 * done is known, recorded and told; a further one ends the process at once.
 *
 * Wrap only what changes something, after the plan and the question: before that there is nothing to finish, and a signal
 * ends the process as it does any other. The work looks at the signal between two batches and gives it to its waits
 * (`pause`, `inParallel` by batches); it never breaks off a batch. Afterwards the command records and prints what was
 * done as if that had been all, and calls `reportStop` last.
 *
 *   const { value: report, interruptedBy } = await interruptible(context, (stop) => runAll(plan, stop));
 *   await mutation.record(pool, { arguments: …, result: report.counts });
 *   …print…
 *   if (reportStop(context, interruptedBy, { done: report.done, total: plan.length, what: 'orders' })) return;
 */
import { exitCodeOfSignal, onEndingSignals, type EndingSignal } from '../core/ending-signals.js';
import type { CliContext } from './context.js';

export interface Interruptible<T> {
  readonly value: T;
  /** The signal that came meanwhile; null when none did. The work may have been complete all the same. */
  readonly interruptedBy: EndingSignal | null;
}

/**
 * @param work begins nothing further once its signal aborts, and returns what it has done
 * @param say tells the operator that the stop was heard; default: a note on stderr. Give the one of a voice that writes
 *   over its line
 * @throws what `work` throws; then the process ends by that, with or without a signal
 */
export async function interruptible<T>(
  { io, output }: Pick<CliContext, 'io' | 'output'>,
  work: (stop: AbortSignal) => Promise<T>,
  say: (text: string) => void = (text) => output.note(text),
): Promise<Interruptible<T>> {
  const controller = new AbortController();
  let interruptedBy: EndingSignal | null = null;
  const undo = onEndingSignals(
    (signal) => {
      interruptedBy = signal;
      say('stopping after what is in hand; once more to end at once');
      controller.abort();
    },
    (signal) => io.forceExit(exitCodeOfSignal(signal)),
  );
  try {
    const value = await work(controller.signal);
    return { value, interruptedBy };
  } finally {
    undo();
  }
}

export interface Stopped {
  readonly done: number;
  readonly total: number;
  /** Plural, such as `orders`. */
  readonly what: string;
}

/**
 * Says where a signal has stopped the work and sets exit code 130 or 143. Nothing was stopped when no signal came, or it
 * came after the last batch.
 * @returns whether it was stopped; failures of single items are then no longer the news
 */
export function reportStop(
  context: Pick<CliContext, 'output' | 'exitWith'>,
  interruptedBy: EndingSignal | null,
  { done, total, what }: Stopped,
): boolean {
  if (interruptedBy === null || done >= total) return false;
  const [of, all] = [done, total].map((count) => count.toLocaleString('en-US'));
  context.output.note(`stopped after ${of} of ${all} ${what}; run the same command again to go on`);
  context.exitWith(exitCodeOfSignal(interruptedBy));
  return true;
}
