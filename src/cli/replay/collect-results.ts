/** Keeps of a replay's results what its printing needs: all for one JSON document, else counts and a few. */
import type { ReplayedOrder, ReplayOutcome } from '../../core/replay/replay-tools.js';
import type { CliContext } from '../context.js';
import { SHOWN } from './render-replay.js';

export interface Results {
  readonly counts: Readonly<Partial<Record<ReplayOutcome, number>>>;
  readonly kept: readonly ReplayedOrder[];
  add(results: readonly ReplayedOrder[]): void;
}

/**
 * @param options.ndjson prints each at once, on a line of its own
 * @param options.named shows people each outcome, not only those that need them
 */
export function collectResults(
  { output }: CliContext,
  options: { readonly ndjson: boolean; readonly named: boolean },
): Results {
  const counts: Partial<Record<ReplayOutcome, number>> = {};
  const kept: ReplayedOrder[] = [];
  const isShown = ({ outcome }: ReplayedOrder) =>
    kept.length < SHOWN && (options.named || outcome === 'failed' || outcome === 'quarantined');
  return {
    counts,
    kept,
    add(results) {
      for (const result of results) {
        counts[result.outcome] = (counts[result.outcome] ?? 0) + 1;
        if (options.ndjson) output.data(result);
        else if (output.json || isShown(result)) kept.push(result);
      }
    },
  };
}
