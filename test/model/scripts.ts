/** What the Lua scripts do to the state of the model. */
import type { Rules } from './rules.js';
import type { Buyer, State } from './state.js';

/** The reserve script. */
export function reserve(
  rules: Rules,
  state: State,
  buyer: Buyer,
): 'held' | 'ended' | 'not-loaded' | 'sold-out' {
  if (rules.answersEarlierHold && buyer.hold !== undefined) return 'held';
  if (buyer.done !== undefined) return 'ended';
  if (state.counter === undefined) return 'not-loaded';
  if (state.counter < 1) return 'sold-out';
  state.counter -= 1;
  buyer.hold = 0;
  buyer.holdEpoch = state.redisEpoch;
  return 'held';
}

/** The release and settle scripts. @returns false when the product is not loaded: call again */
export function endHold(
  rules: Rules,
  state: State,
  buyer: Buyer,
  act: 'release' | 'settle',
  generation: number,
): boolean {
  if (state.counter === undefined) return false;
  if (rules.leavesDoneMark) buyer.done = Math.max(buyer.done ?? 0, generation);
  if (buyer.hold === undefined || (rules.namesGenerations && buyer.hold > generation)) return true;
  buyer.hold = undefined;
  if (act === 'release') state.counter += 1;
  return true;
}

/** The take script. */
export function take(rules: Rules, state: State, buyer: Buyer): boolean {
  if (state.counter === undefined) return false;
  if (rules.namesGenerations && buyer.done !== undefined && buyer.done >= buyer.generation) return true;
  if (buyer.hold === undefined) state.counter -= 1;
  buyer.hold = Math.max(buyer.hold ?? 0, buyer.generation);
  return true;
}
