/** The blows in mid-sale: one thing after another is killed without warning, started again, and waited for. */
import { pause } from '../../core/back-off.js';
import type { Tally } from '../load/tally.js';
import { unitsOf } from './judge.js';
import type { KillPoint } from './names.js';
import type { Kill } from './report.js';

const POLL_MS = 10;
/** Within the stretch of one blow: by then orders are in every stage of the pipeline. */
const FIRST_SHARE = 0.8;

export interface Blows {
  readonly points: readonly KillPoint[];
  /** Kills it and starts it again; resolves when it works. @throws AppError UNAVAILABLE when it does not come back */
  readonly strike: (point: KillPoint) => Promise<void>;
  readonly tally: Tally;
  readonly units: number;
  readonly durationMs: number;
  readonly signal: AbortSignal;
  readonly onKill: (kill: Kill) => void;
}

/**
 * Each is due at a share of the units or of the time, whichever comes first, and not before the one before is back.
 * @returns what was struck before the signal aborted
 */
export async function strikeAll(blows: Blows): Promise<Kill[]> {
  const { points, strike, tally, units, durationMs, signal, onKill } = blows;
  const openedAt = performance.now();
  const kills: Kill[] = [];
  for (const [index, point] of points.entries()) {
    const share = (index + FIRST_SHARE) / (points.length + 1);
    // The units go much faster than the time: of several blows only the first may go by them, or all came at once.
    const isTime = () =>
      performance.now() - openedAt >= durationMs * share ||
      (index === 0 && unitsOf(tally.accepted) >= units * share);
    while (!isTime() && !signal.aborted) await pause(POLL_MS, signal);
    if (signal.aborted) break;
    const killedAt = performance.now();
    await strike(point);
    const kill: Kill = {
      point,
      afterSeconds: seconds(killedAt - openedAt),
      backAfterSeconds: seconds(performance.now() - killedAt),
    };
    kills.push(kill);
    onKill(kill);
  }
  return kills;
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
