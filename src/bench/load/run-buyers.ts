/** Lets the buyers of a plan come when they are due, whether or not the ones before have been served (open model). */
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { goShopping, type BuyParts } from './buy.js';
import type { Buyer } from './buyers-plan.js';
import { addToTally, type Tally } from './tally.js';

/** Timers are this coarse; buyers due within one step are sent together. */
const STEP_MS = 5;

/**
 * Resolves when the last buyer is done; the tally is up to date all the while.
 * @throws the signal's reason when it ends the sale, or the first error that is ours
 */
export async function runBuyers(parts: BuyParts, plan: readonly Buyer[], tally: Tally): Promise<void> {
  // Signed before the doors open: it is not the sale that is to be measured with this.
  await Promise.all(plan.map((buyer) => parts.token(buyer.userId)));
  // Every buyer who waits listens; thousands are no leak.
  setMaxListeners(0, parts.signal);
  const openedAt = performance.now();
  const shopping: Promise<void>[] = [];
  let failure: Error | undefined;
  for (const buyer of plan) {
    const dueAt = openedAt + buyer.atMs;
    while (performance.now() < dueAt - STEP_MS / 2) {
      await delay(Math.min(STEP_MS, dueAt - performance.now()), undefined, { signal: parts.signal });
    }
    parts.signal.throwIfAborted();
    if (failure !== undefined) break;
    shopping.push(
      goShopping(parts, buyer, dueAt).then(
        (one) => addToTally(tally, buyer, one),
        (error: unknown) => void (failure ??= toError(error)),
      ),
    );
  }
  await Promise.all(shopping);
  if (failure !== undefined) throw failure;
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
