/** Tells how far a long run is: how many are done, how fast, and how long the rest takes. */
import { formatDuration } from '../core/duration.js';
import type { TerminalVoice } from './create-voice.js';

export interface Progress {
  at(done: number): void;
  /** Wipes it. Safe to call again. */
  end(): void;
}

/** A run that is over sooner needs no word on the way. */
const QUIET_MS = 1_000;

/** @param run.what plural, such as `orders`; without a total neither rate nor rest are told */
export function createProgress(
  voice: TerminalVoice,
  run: { readonly doing: string; readonly what: string; readonly total?: number },
): Progress {
  const begin = performance.now();
  return {
    at(done) {
      const elapsedMs = performance.now() - begin;
      if (elapsedMs >= QUIET_MS) voice.status(progressText(run, done, elapsedMs));
    },
    end: () => voice.end(),
  };
}

/** Exported for its tests. */
export function progressText(
  run: { readonly doing: string; readonly what: string; readonly total?: number },
  done: number,
  elapsedMs: number,
): string {
  const count = (value: number) => value.toLocaleString('en-US');
  if (run.total === undefined) return `${run.doing}  ${count(done)} ${run.what}`;
  const perSecond = (done / elapsedMs) * 1_000;
  const rest = done === 0 ? '' : `, ${formatDuration(((run.total - done) / perSecond) * 1_000)} left`;
  const rate = perSecond >= 10 ? count(Math.round(perSecond)) : perSecond.toFixed(1);
  return `${run.doing}  ${count(done)} of ${count(run.total)} ${run.what}, ${rate}/s${rest}`;
}
