/** Activity: one run of a scheduled sweep. */
import { Context } from '@temporalio/activity';
import { AppError } from '../../core/errors.js';
import { announce } from '../../core/orders/announce.js';
import type { SweepName } from '../../core/sweeps/sweep-names.js';
import { createSweepRuns, runToEnd } from '../../core/sweeps/sweep-runs.js';
import type { ActivityDeps } from './activity-deps.js';

/** Below the workflow's heartbeat time-out: tells the server that this process lives, and brings its cancel back. */
const HEARTBEAT_MS = 10_000;

/**
 * @throws AppError UNAVAILABLE when a store is away, and INPUT_INVALID for a sweep that this version does not know: the
 *   next run goes on, perhaps in a newer worker
 */
export function createRunSweep(deps: ActivityDeps): (name: SweepName) => Promise<number> {
  const { config, temporal, publisher, conservation } = deps.sweeps;
  const runs = createSweepRuns({
    ...deps,
    config,
    announce: (changes) => announce(deps, changes),
    count: (code, productId) => deps.stats.count(code, productId),
    temporal: () => Promise.resolve(temporal),
    publisher: () => Promise.resolve(publisher),
    refunder: () => Promise.resolve(deps.gateway),
    onConservation: (drifting) => conservation.show(drifting),
  });
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
      await runToEnd(run, cancellationSignal, (so) => (mended = so));
    } finally {
      clearInterval(beat);
    }
    if (mended > 0 && name !== 'old-figures') {
      deps.log.info({ sweep: name, mended }, 'sweep mended what nobody had finished');
    }
    return mended;
  };
}
