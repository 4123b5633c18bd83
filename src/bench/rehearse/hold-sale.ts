/** One sale on running roles: the doors open, buyers come, perhaps something is killed, and the doors close. */
import { planCrowd, type CrowdOptions } from '../load/crowd.js';
import type { ApiClient } from '../load/http-client.js';
import type { Identify } from '../load/identify.js';
import { runCrowd } from '../load/run-crowd.js';
import { createTally, type Tally } from '../load/tally.js';
import { warmUp } from '../load/warm-up.js';
import type { Doors } from './doors.js';
import type { KillPoint } from './names.js';
import type { Kill } from './report.js';
import { strikeAll } from './strike.js';

export interface SaleOptions {
  readonly crowd: CrowdOptions;
  readonly units: number;
  readonly kills: readonly KillPoint[];
}

export interface SaleParts {
  readonly client: ApiClient;
  readonly identify: Identify;
  /** Null where no token can be forged. */
  readonly forge: Identify | null;
  readonly doors: Doors;
  /** Kills it and waits until it is back. @throws AppError UNAVAILABLE */
  readonly strike: (point: KillPoint) => Promise<void>;
  /** Ends the sale before its time: nobody comes any more, those who wait go home. */
  readonly stop: AbortSignal;
  readonly onKill: (kill: Kill) => void;
  /** About once a second. */
  readonly onProgress: (tally: Tally, elapsedMs: number) => void;
}

export interface SaleOutcome {
  readonly tally: Tally;
  readonly kills: readonly Kill[];
  /** From the opening to the last buyer's answer. */
  readonly elapsedMs: number;
  /** Those who pay by hand are still at it. Never rejects. */
  readonly paid: Promise<unknown>;
}

const PROGRESS_MS = 1_000;

/** Resolves when every buyer is done with buying, what was killed is back, and the doors are closed. */
export async function holdSale(options: SaleOptions, parts: SaleParts): Promise<SaleOutcome> {
  const { client, identify, forge, doors, stop } = parts;
  const crowd = planCrowd(options.crowd);
  const tally = createTally();
  await warmUp(client, identify(`${options.crowd.who}nobody`));
  await doors.open();
  const openedAt = performance.now();
  const progress = setInterval(() => parts.onProgress(tally, performance.now() - openedAt), PROGRESS_MS);
  // A blow that fails ends the sale: buyers need not come to what is gone.
  const broken = new AbortController();
  const signal = AbortSignal.any([stop, broken.signal]);
  try {
    const [kills, { paid, elapsedMs }] = await Promise.all([
      strikeAll({
        ...{ points: options.kills, strike: parts.strike, tally, units: options.units, signal },
        ...{ durationMs: options.crowd.durationMs, onKill: parts.onKill },
      }).catch((error: unknown) => {
        broken.abort();
        throw error;
      }),
      runCrowd({ client, identify, forge, signal }, crowd, tally).then((served) => ({
        ...served,
        elapsedMs: performance.now() - openedAt,
      })),
    ]);
    return { tally, kills, elapsedMs, paid };
  } finally {
    clearInterval(progress);
    await doors.close();
  }
}
