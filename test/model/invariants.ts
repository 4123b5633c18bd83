/** What must hold always, and what must hold when nothing is under way. */
import type { Buyer, State } from './state.js';

/** The order has ended and its Redis half is still to be done. */
export function isUndone(buyer: Buyer): boolean {
  return (buyer.row === 'ended' || buyer.row === 'confirmed') && !buyer.holdDone;
}

/** @returns the first invariant that does not hold, by its number */
export function findViolation(state: State, units: number): string | undefined {
  const claiming = state.buyers.filter((buyer) => buyer.row === 'live' || buyer.row === 'confirmed').length;
  if (claiming > units) return 'I1 oversold';
  if (state.claimed !== claiming) return 'I2 claims do not add up';
  if (!isAtRest(state) || state.counter === undefined) return undefined;
  if (state.counter > units - state.claimed) return 'I3 Redis offers units that are gone';
  if (state.counter < units - state.claimed) return 'I3 Redis has lost units';
  return undefined;
}

/** Nothing is under way: every attempt is over, every half is done, every hold belongs to a live order. */
function isAtRest(state: State): boolean {
  if (state.counter === undefined || state.load || state.isOlderCopy || state.redisEpoch !== state.epoch)
    return false;
  return state.buyers.every(
    (buyer) =>
      buyer.server === 'over' &&
      !buyer.mustTake &&
      buyer.verdict === undefined &&
      buyer.delayedRelease === undefined &&
      (buyer.hold === undefined || buyer.row === 'live') &&
      !isUndone(buyer),
  );
}
