/** Lets the buyers of a crowd come when they are due, whether or not the ones before have been served (open model). */
import { setMaxListeners } from 'node:events';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { pause } from '../../core/back-off.js';
import type { CheatParts } from './cheat.js';
import type { Crowd } from './crowd.js';
import { goShopping } from './go-shopping.js';
import { payByHand } from './pay-by-hand.js';
import { addToTally, type Tally } from './tally.js';

/** Timers are this coarse; buyers due within one step are sent together. */
const STEP_MS = 5;

export type CrowdParts = Omit<CheatParts, 'foreignOrder'>;

export interface ServedCrowd {
  /** Resolves when those who pay by hand are done too. Never rejects. */
  readonly paid: Promise<unknown>;
}

/**
 * Resolves when the last buyer is done with buying; the tally is up to date all the while. Only those who are served or
 * wait are held in memory. When the signal aborts nobody comes any more, and those who wait go home.
 * @throws the first error that is ours
 */
export async function runCrowd(parts: CrowdParts, crowd: Crowd, tally: Tally): Promise<ServedCrowd> {
  const { signal } = parts;
  // Every buyer who waits listens; thousands are no leak.
  setMaxListeners(0, signal);
  const shop: CheatParts = { ...parts, foreignOrder: (userId) => foreignOrderOf(tally, userId) };
  const paying: Promise<void>[] = [];
  const openedAt = performance.now();
  let inside = 0;
  let yieldedAt = openedAt;
  let failure: Error | undefined;

  async function serve(number: number): Promise<void> {
    const buyer = crowd.buyer(number);
    const dueAt = openedAt + buyer.atMs;
    tally.lateness.record(Math.max(0, performance.now() - dueAt));
    const shopping = await goShopping(shop, buyer, dueAt);
    addToTally(tally, buyer, shopping);
    const { habit } = buyer;
    const [purchase] = shopping.purchases;
    if (habit.kind !== 'pays-late' || purchase?.kind !== 'accepted') return;
    const { orderId } = purchase;
    const caller = parts.identify(buyer.userId);
    const payment = { client: parts.client, caller, orderId, inTime: habit.inTime, signal };
    paying.push(
      payByHand(payment).then((paid) => {
        if (paid === 'paid') tally.paidByHand.push(orderId);
        else if (paid === 'too-late') tally.paidTooLate.push(orderId);
      }),
    );
  }

  for (let number = 0; number < crowd.size; number += 1) {
    const dueAt = openedAt + crowd.atMs(number);
    while (performance.now() < dueAt - STEP_MS / 2 && !signal.aborted) {
      await pause(Math.min(STEP_MS, dueAt - performance.now()), signal);
      yieldedAt = performance.now();
    }
    // Behind its time it would send and send, and read no answer.
    if (performance.now() - yieldedAt > STEP_MS) {
      await setImmediate();
      yieldedAt = performance.now();
    }
    if (signal.aborted || failure !== undefined) break;
    inside += 1;
    serve(number)
      .catch((error: unknown) => (failure ??= toError(error)))
      .finally(() => (inside -= 1));
  }
  while (inside > 0) await delay(STEP_MS);
  if (failure !== undefined) throw failure;
  return { paid: Promise.all(paying) };
}

function foreignOrderOf({ accepted }: Tally, userId: string) {
  // The last but a few at most: a customer has no more orders than that.
  for (let at = accepted.length - 1; at >= 0; at -= 1) {
    const order = accepted[at];
    if (order && order.userId !== userId) return order;
  }
  return undefined;
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
