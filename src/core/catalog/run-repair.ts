/** Carries out what was planned for an audit, beside sales and beside others who do the same. */
import type { AppError } from '../errors.js';
import { toAppError } from '../errors.js';
import type { CatalogDeps } from './catalog-deps.js';
import type { PlannedRepair } from './plan-repair.js';
import { REPAIRS } from './repairs.js';

export interface Repaired {
  readonly productId: string;
  readonly action: PlannedRepair['action'];
  /** Things mended by this run. */
  readonly done: number;
  /** Things that mended themselves, or that somebody else mended first. */
  readonly left: number;
  /** Why it failed; null otherwise. */
  readonly failed: string | null;
  /** The first things, each with what became of it. */
  readonly items: readonly RepairedItem[];
}

export interface RepairedItem {
  /** Of a reservation, an order or a customer. */
  readonly id: string;
  readonly outcome: string;
}

export interface RepairReport {
  readonly results: readonly Repaired[];
  /** Repairs that came to their end, or failed; the last of the results may have been stopped half-way by the signal. */
  readonly finished: number;
  /** Why a store could not be reached any more; the repairs after that were not tried. */
  readonly stoppedBy: AppError | null;
}

export interface RepairOptions {
  /** As in the audit that was planned from. */
  readonly leakedAfterMs: number;
  /** Things listed of each repair. */
  readonly list: number;
  /** Ends the run after the step under way. */
  readonly signal?: AbortSignal;
  readonly onDone?: (done: number, total: number) => void;
}

/** Where a repair says what became of each thing. */
export interface RepairTally {
  /** Things that may still be changed: never more than were confirmed. */
  room(): number;
  done(id: string, outcome: string): void;
  left(id: string, outcome: string): void;
}

/**
 * Each repair looks again and changes only what is still so, by reservation id and generation, by compare-and-set, or
 * under the load lock: twice, or at once with another, changes nothing more (I8). What is in flight is not touched.
 * @param planned those that change something
 */
export async function runRepair(
  deps: CatalogDeps,
  planned: readonly PlannedRepair[],
  options: RepairOptions,
): Promise<RepairReport> {
  const results: Repaired[] = [];
  let finished = 0;
  for (const repair of planned) {
    if (options.signal?.aborted) break;
    const { result, error } = await carryOut(deps, repair, options);
    results.push(result);
    if (!options.signal?.aborted || result.done + result.left >= repair.count) finished += 1;
    options.onDone?.(results.length, planned.length);
    if (error?.code === 'UNAVAILABLE') return { results, finished, stoppedBy: error };
  }
  return { results, finished, stoppedBy: null };
}

async function carryOut(
  deps: CatalogDeps,
  { productId, action, count }: PlannedRepair,
  options: RepairOptions,
): Promise<{ result: Repaired; error: AppError | null }> {
  const counts = { done: 0, left: 0 };
  const items: RepairedItem[] = [];
  const note = (kind: 'done' | 'left') => (id: string, outcome: string) => {
    counts[kind] += 1;
    if (items.length < options.list) items.push({ id, outcome });
  };
  const tally = { room: () => count - counts.done, done: note('done'), left: note('left') };
  try {
    if (action !== 'none') await REPAIRS[action](deps, productId, tally, options);
    return { result: { productId, action, ...counts, failed: null, items }, error: null };
  } catch (thrown) {
    const error = toAppError(thrown);
    return { result: { productId, action, ...counts, failed: error.message, items }, error };
  }
}
