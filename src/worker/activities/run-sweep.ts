/** Activity: one run of a scheduled sweep. */
import { Context } from '@temporalio/activity';
import { AppError } from '../../core/errors.js';
import type { SweepName } from '../../core/sweeps/sweep-names.js';
import type { ActivityDeps } from './activity-deps.js';
import { createSweepRuns, LIMIT } from './sweep-runs.js';

/** Below the workflow's heartbeat time-out: tells the server that this process lives, and brings its cancel back. */
const HEARTBEAT_MS = 10_000;

/**
 * @throws AppError UNAVAILABLE when a store is away, and INPUT_INVALID for a sweep that this version does not know: the
 *   next run goes on, perhaps in a newer worker
 */
export function createRunSweep(deps: ActivityDeps): (name: SweepName) => Promise<number> {
  const runs = createSweepRuns(deps);
  return async (name) => {
    // By a string from the schedule, which a newer version may have created.
    const run = Object.hasOwn(runs, name) ? runs[name] : undefined;
    if (!run) {
      throw new AppError(
        'INPUT_INVALID',
        `this worker knows no sweep "${name}": its schedule is of a newer version`,
        {
          hint: 'Roll out the newer worker, or delete the schedule',
        },
      );
    }
    const { heartbeat, cancellationSignal } = Context.current();
    let mended = 0;
    const beat = setInterval(() => heartbeat(mended), HEARTBEAT_MS);
    try {
      for (;;) {
        const now = await run(cancellationSignal);
        mended += now;
        if (now < LIMIT || cancellationSignal.aborted) break;
      }
    } finally {
      clearInterval(beat);
    }
    if (mended > 0 && name !== 'old-figures') {
      deps.log.info({ sweep: name, mended }, 'sweep mended what nobody had finished');
    }
    return mended;
  };
}
