/** Activity: one run of a sweep. The same operations are reachable from the command line when Temporal is down. */
import { Context } from '@temporalio/activity';
import { sweepEndings } from '../../core/catalog/sweep-endings.js';
import { sweepAbandonedHolds } from '../../core/catalog/sweep-holds.js';
import { pruneRoleStats } from '../../core/postgres/prune-role-stats.js';
import type { SweepName } from '../schedules/sweep-names.js';
import type { ActivityDeps } from './activity-deps.js';

/** Rows or holds in one short transaction. */
const LIMIT = 500;
/** A saga that is at work finishes its own endings; what is older was left behind. */
const ENDING_AGE_MS = 30_000;
const FIGURES_KEPT_SECONDS = 7 * 24 * 60 * 60;

/** @throws AppError UNAVAILABLE when a store is away: the next run goes on */
export function createRunSweep(deps: ActivityDeps): (name: SweepName) => Promise<number> {
  const { pool, redis, prefix, log } = deps;
  const once: Readonly<Record<SweepName, () => Promise<number>>> = {
    'abandoned-holds': async () => {
      const swept = await sweepAbandonedHolds(
        { pool, redis, prefix, log },
        { olderThanMs: deps.holdSweepAgeMs, limit: LIMIT },
      );
      return swept.released + swept.settled;
    },
    'unfinished-endings': async () => {
      const swept = await sweepEndings(
        { pool, redis, prefix, log },
        { olderThanMs: ENDING_AGE_MS, limit: LIMIT },
      );
      return swept.finished;
    },
    'old-figures': () => pruneRoleStats(pool, { olderThanSeconds: FIGURES_KEPT_SECONDS, limit: LIMIT }),
  };
  return async (name) => {
    const { heartbeat, cancellationSignal } = Context.current();
    let mended = 0;
    for (;;) {
      const now = await once[name]();
      mended += now;
      heartbeat(mended);
      if (now < LIMIT || cancellationSignal.aborted) break;
    }
    if (mended > 0 && name !== 'old-figures')
      log.info({ sweep: name, mended }, 'sweep mended what nobody had finished');
    return mended;
  };
}
