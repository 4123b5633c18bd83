/** What came of one sweep. */
import type { AppError } from '../../core/errors.js';
import type { SweepLook } from '../../core/sweeps/sweep-looks.js';
import type { SweepName } from '../../core/sweeps/sweep-names.js';

export interface Swept {
  readonly sweep: SweepName;
  /** Null when it could not look. */
  readonly look: SweepLook | null;
  /** Null when it was not run. */
  readonly mended: number | null;
  readonly error: AppError | null;
}

/**
 * `nothing`: there was nothing to do. `found`: it was not run, as by --dry-run or after Ctrl-C. `problem`: it only tells, and
 * units do not add up.
 */
export type SweepOutcome = 'nothing' | 'found' | 'problem' | 'mended' | 'failed';

export function outcomeOf({ sweep, look, mended, error }: Swept): SweepOutcome {
  if (error) return 'failed';
  if (!look || look.found === 0) return 'nothing';
  if (sweep === 'conservation-check') return 'problem';
  return mended === null ? 'found' : 'mended';
}

/** Whether it has something to change. */
export function isTodo(swept: Swept): boolean {
  return outcomeOf(swept) === 'found';
}

/** The published shape; fields are only ever added. */
export function toSweptJson(swept: Swept) {
  const { sweep, look, mended, error } = swept;
  return {
    sweep,
    outcome: outcomeOf(swept),
    found: look?.found ?? null,
    complete: look?.complete ?? null,
    first: look?.first ?? [],
    mended,
    reason: error?.message ?? null,
  };
}
