/** What it means that a store answers so fast, or not at all. */
import type { StoreName } from '../../partial-answer.js';
import { failed, ok, warning, type Verdict } from '../verdict.js';
import type { Reach } from './reach.js';

/**
 * Of one round trip. An order waits for two of Redis and two of PostgreSQL; the others only delay what comes after
 * the answer.
 */
const SLOW_MS: Readonly<Record<StoreName, number>> = { postgres: 50, redis: 25, kafka: 250, temporal: 250 };

export function judgeReach(store: StoreName, reach: Reach | undefined): Verdict {
  if (reach === undefined) return failed('was not asked', null);
  switch (reach.kind) {
    case 'unset':
      return failed(reach.reason, 'ordersctl help environment');
    case 'away':
      return failed(reach.reason, reach.remedy);
    case 'answers': {
      const answer = `answers in ${reach.roundTripMs.toFixed(1)} ms`;
      if (reach.roundTripMs <= SLOW_MS[store]) return ok(answer);
      return warning(`${answer}: further away than a sale should have it (${SLOW_MS[store]} ms)`);
    }
  }
}
