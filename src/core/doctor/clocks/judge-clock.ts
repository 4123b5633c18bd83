/** How far apart two clocks may be. */
import { formatDuration } from '../../duration.js';
import type { ClockOffset } from '../measure-round-trip.js';
import { failed, ok, warning, type Verdict } from '../verdict.js';

export interface ClockLimits {
  readonly warnMs: number;
  readonly failMs: number;
  /** What goes wrong then. */
  readonly consequence: string;
}

/** What the measurement cannot tell is taken in the clock's favour. */
export function judgeClock({ offsetMs, uncertaintyMs }: ClockOffset, limits: ClockLimits): Verdict {
  const sure = Math.max(0, Math.abs(offsetMs) - uncertaintyMs);
  const way = offsetMs < 0 ? 'behind' : 'ahead';
  const text = `${formatDuration(Math.abs(offsetMs))} ${way} (±${formatDuration(Math.ceil(uncertaintyMs))})`;
  if (sure >= limits.failMs) return failed(`${text}: ${limits.consequence}`, 'chronyc tracking');
  return sure >= limits.warnMs ? warning(`${text}: ${limits.consequence}`, 'chronyc tracking') : ok(text);
}

/** The second as seen from the first, both measured from here. */
export function between(first: ClockOffset, second: ClockOffset): ClockOffset {
  return {
    offsetMs: second.offsetMs - first.offsetMs,
    uncertaintyMs: first.uncertaintyMs + second.uncertaintyMs,
  };
}
