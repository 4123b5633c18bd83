/** The single repairs: each finds anew what is wrong, as the audit does, and mends that. */
import { finishEndings } from '../orders/finish-endings.js';
import { findUnfinishedEndings } from '../postgres/find-unfinished-endings.js';
import { putBack } from '../redis/put-back.js';
import { readTotals } from '../redis/read-totals.js';
import { createRelease } from '../redis/release.js';
import { setCustomerCount } from '../redis/set-customer-count.js';
import { endAbandonedHolds } from '../sweeps/end-abandoned-holds.js';
import { compareCustomers, findWrongCounts } from './audit-customers.js';
import { walkHolds } from './audit-holds.js';
import { walkLostMarks, walkMissingHolds } from './audit-orders.js';
import type { CatalogDeps } from './catalog-deps.js';
import { lookAtLoads } from './look-at-loads.js';
import { runRestore } from './run-restore.js';
import type { RepairAction } from './plan-repair.js';
import type { RepairOptions, RepairTally } from './run-repair.js';
import { syncProducts } from './sync-products.js';
import { AppError } from '../errors.js';

type Repair = (
  deps: CatalogDeps,
  productId: string,
  tally: RepairTally,
  options: RepairOptions,
) => Promise<void>;

export const REPAIRS: Readonly<Record<Exclude<RepairAction, 'none'>, Repair>> = {
  rebuild,
  'follow-stock': followStock,
  'release-holds': releaseHolds,
  'put-holds-back': putHoldsBack,
  'finish-endings': finishOpenEndings,
  'set-counts': setCounts,
  'set-marks': setMarks,
};

/** Endings in one short transaction. */
const PAGE = 200;

/** @throws AppError REBUILDING, UNAVAILABLE: the product stays closed, do it again */
async function rebuild(deps: CatalogDeps, productId: string, tally: RepairTally): Promise<void> {
  const looked = await lookAtLoads(deps, [productId]);
  const { results, stoppedBy } = await runRestore(
    deps,
    looked.map((product) => ({ ...product, action: 'rebuild' })),
  );
  if (stoppedBy) throw stoppedBy;
  for (const { outcome, reason } of results) {
    if (outcome === 'failed') throw new AppError('REBUILDING', reason ?? `${productId} could not be rebuilt`);
    if (outcome === 'rebuilt') tally.done(productId, outcome);
    else tally.left(productId, outcome);
  }
}

async function followStock(deps: CatalogDeps, productId: string, tally: RepairTally): Promise<void> {
  for (const { outcome } of await syncProducts(deps, [productId])) {
    if (outcome === 'in-step') tally.left(productId, outcome);
    else tally.done(productId, outcome);
  }
}

async function releaseHolds(
  deps: CatalogDeps,
  productId: string,
  tally: RepairTally,
  { leakedAfterMs, signal }: RepairOptions,
): Promise<void> {
  for await (const step of walkHolds(deps, productId, { leakedAfterMs, onUnreadable: () => undefined })) {
    const leaked = step.unclaimed.filter((hold) => hold.leaked).slice(0, tally.room());
    for (const [id, outcome] of await endAbandonedHolds(deps, leaked)) {
      if (outcome === 'left') tally.left(id, outcome);
      else tally.done(id, outcome);
    }
    if (tally.room() <= 0 || signal?.aborted) return;
  }
}

async function putHoldsBack(
  deps: CatalogDeps,
  productId: string,
  tally: RepairTally,
  { leakedAfterMs, signal }: RepairOptions,
): Promise<void> {
  const epoch = await loadedEpoch(deps, productId);
  if (epoch === null) return;
  for await (const page of walkMissingHolds(deps, productId, { epoch, leakedAfterMs })) {
    const goOn = await mendEach(page, tally, signal, async ({ createdAt, ...order }) => {
      const outcome = await putBack(deps.redis, deps.prefix, { ...order, epoch, reservedAt: createdAt });
      return { id: order.orderId, outcome, changed: outcome === 'put-back' };
    });
    if (!goOn) return;
  }
}

async function finishOpenEndings(
  deps: CatalogDeps,
  productId: string,
  tally: RepairTally,
  { leakedAfterMs, signal }: RepairOptions,
): Promise<void> {
  for (;;) {
    const limit = Math.min(PAGE, tally.room());
    const endings = await findUnfinishedEndings(deps.pool, { olderThanMs: leakedAfterMs, limit, productId });
    const { done } = await finishEndings(deps, endings);
    for (const { ending, how } of done) tally.done(ending.orderId, how === 'already' ? 'noted' : how);
    // Fewer done than found: the product is not loaded, and the rest waits for that.
    if (done.length < endings.length || endings.length < PAGE || signal?.aborted) return;
  }
}

async function setCounts(
  deps: CatalogDeps,
  productId: string,
  tally: RepairTally,
  { leakedAfterMs, signal }: RepairOptions,
): Promise<void> {
  const epoch = await loadedEpoch(deps, productId);
  if (epoch === null) return;
  const compared = (await compareCustomers(deps, [productId])).get(productId);
  const suspects = compared?.suspects ?? new Set<string>();
  const wrong = await findWrongCounts(deps, productId, suspects, { leakedAfterMs });
  await mendEach(wrong, tally, signal, async ({ userId, counted: was, actual: wanted }) => {
    const count = { productId, userId, epoch, was, wanted };
    const outcome = await setCustomerCount(deps.redis, deps.prefix, count);
    return { id: userId, outcome, changed: outcome === 'set' };
  });
}

/** By a release, whatever the ending: a hold that a resend has taken for a reservation that is over goes back with it. */
async function setMarks(
  deps: CatalogDeps,
  productId: string,
  tally: RepairTally,
  { signal }: RepairOptions,
): Promise<void> {
  const epoch = await loadedEpoch(deps, productId);
  if (epoch === null) return;
  const release = createRelease(deps.redis, deps.prefix);
  for await (const page of walkLostMarks(deps, productId, { epoch })) {
    const goOn = await mendEach(page, tally, signal, async (mark) => {
      const released = (await release(mark)) === 'released';
      return { id: mark.orderId, outcome: released ? 'marked and released' : 'marked', changed: true };
    });
    if (!goOn) return;
  }
}

/** Null while Redis does not hold the product: then there is nothing to mend in it. */
async function loadedEpoch({ redis, prefix }: CatalogDeps, productId: string): Promise<number | null> {
  return (await readTotals(redis, prefix, productId)).epoch;
}

interface Mended {
  readonly id: string;
  readonly outcome: string;
  /** False where it had mended itself, or somebody else was faster. */
  readonly changed: boolean;
}

/** One by one, never more than were confirmed. @returns false when nothing further is to be mended */
async function mendEach<T>(
  items: Iterable<T>,
  tally: RepairTally,
  signal: AbortSignal | undefined,
  mend: (item: T) => Promise<Mended>,
): Promise<boolean> {
  for (const item of items) {
    if (tally.room() <= 0 || signal?.aborted) return false;
    const { id, outcome, changed } = await mend(item);
    if (changed) tally.done(id, outcome);
    else tally.left(id, outcome);
  }
  return true;
}
