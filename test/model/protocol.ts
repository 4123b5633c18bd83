/** Every step of the reservation protocol that may happen in a state, faults included. */
import type { Model } from './explore.js';
import { findViolation, isUndone } from './invariants.js';
import { PROTOCOL, type Rules } from './rules.js';
import { endHold, reserve, take } from './scripts.js';
import { copyOf, initialState, keyOf, type Buyer, type Faults, type State } from './state.js';

export interface Sale {
  readonly buyers: number;
  readonly units: number;
  readonly faults: Partial<Faults>;
  readonly rules?: Partial<Rules>;
}

type Step = readonly [name: string, after: State];

export function protocolModel({ buyers, units, faults, rules: changed }: Sale): Model<State> {
  const rules = { ...PROTOCOL, ...changed };

  /** The accept function, one row. */
  function accept(state: State, buyer: Buyer): void {
    const isOver = () => (buyer.server = 'over');
    if (buyer.row === 'abandoned' || buyer.row === 'refused') return void isOver();
    if (buyer.row !== 'none') return void isOver();
    if (rules.fencesByEpoch && buyer.heldEpoch !== state.epoch) return void (buyer.server = 'idle');
    if (rules.claimsInPostgres && state.claimed >= units) {
      buyer.row = 'refused';
      return void isOver();
    }
    state.claimed += 1;
    buyer.row = 'live';
    isOver();
  }

  /** What the sweep decides from the row that it finds. */
  function verdictOn(buyer: Buyer): Buyer['verdict'] {
    const { generation } = buyer;
    if (buyer.row === 'live') return undefined;
    if (buyer.row === 'confirmed' && !(buyer.holdDone && rules.releasesDuplicates))
      return { act: 'settle', generation };
    return { act: 'release', generation };
  }

  function* buyerSteps(state: State, index: number): Iterable<Step> {
    const before = state.buyers[index] as Buyer;
    const { faults: left } = state;
    const step = (name: string, change: (after: State, buyer: Buyer) => void): Step => {
      const after = copyOf(state);
      change(after, after.buyers[index] as Buyer);
      return [`${name} ${index}`, after];
    };

    if (before.server === 'idle') {
      yield step('reserve', (after, buyer) => {
        const answer = reserve(rules, after, buyer);
        if (answer === 'held') {
          buyer.server = 'held';
          buyer.heldEpoch = buyer.holdEpoch;
        } else if (answer !== 'not-loaded') buyer.server = 'over';
      });
      if (left.lostReplies > 0) {
        yield step('reserve, reply lost,', (after, buyer) => {
          after.faults.lostReplies -= 1;
          reserve(rules, after, buyer);
        });
      }
    }
    if (before.server === 'held') {
      yield step('accept', accept);
      if (left.lostReplies > 0) {
        yield step('accept, reply lost,', (after, buyer) => {
          after.faults.lostReplies -= 1;
          accept(after, buyer);
          buyer.server = 'held';
        });
      }
    }
    if (before.server !== 'over' && left.crashes > 0) {
      yield step('crash', (after, buyer) => {
        after.faults.crashes -= 1;
        buyer.server = 'over';
      });
    }
    if (left.strays > 0) {
      yield step('stray reserve', (after, buyer) => {
        after.faults.strays -= 1;
        reserve(rules, after, buyer);
      });
    }
    yield* orderSteps(before, left, step);
    yield* sweepSteps(before, step);
  }

  type MakeStep = (name: string, change: (after: State, buyer: Buyer) => void) => Step;

  /** The saga: decided in Postgres first, then Redis. */
  function* orderSteps(before: Buyer, left: Faults, step: MakeStep): Iterable<Step> {
    if (before.row === 'live' && !before.mustTake) {
      yield step('confirm', (_after, buyer) => {
        buyer.row = 'confirmed';
      });
      if (before.generation === 0) {
        yield step('end', (after, buyer) => {
          buyer.row = 'ended';
          after.claimed -= 1;
        });
      }
    }
    if (before.row === 'live' && before.mustTake) {
      yield step('take', (after, buyer) => {
        if (take(rules, after, buyer)) buyer.mustTake = false;
      });
    }
    if (before.row === 'ended' && left.latePayments > 0) {
      yield step('late payment', (after, buyer) => {
        after.faults.latePayments -= 1;
        if (after.claimed >= units) return;
        after.claimed += 1;
        buyer.row = 'live';
        buyer.generation += 1;
        buyer.holdDone = false;
        buyer.mustTake = true;
      });
    }
    if (before.row === 'ended' && left.strays > 0 && before.delayedRelease === undefined) {
      yield step('send a release that travels', (after, buyer) => {
        after.faults.strays -= 1;
        buyer.delayedRelease = buyer.generation;
      });
    }
    if (before.delayedRelease !== undefined) {
      yield step('the release arrives', (after, buyer) => {
        endHold(rules, after, buyer, 'release', before.delayedRelease ?? 0);
        buyer.delayedRelease = undefined;
      });
    }
    if (isUndone(before)) {
      const act = before.row === 'ended' ? 'release' : 'settle';
      yield step(act, (after, buyer) => {
        if (endHold(rules, after, buyer, act, buyer.generation)) buyer.holdDone = true;
      });
      if (left.crashes > 0) {
        yield step(`${act}, crash before the mark,`, (after, buyer) => {
          after.faults.crashes -= 1;
          endHold(rules, after, buyer, act, buyer.generation);
        });
      }
    }
  }

  function* sweepSteps(before: Buyer, step: MakeStep): Iterable<Step> {
    if (before.hold !== undefined && before.verdict === undefined) {
      const decides = before.row === 'none' || verdictOn(before) !== undefined;
      if (decides) {
        yield step('sweep decides', (_after, buyer) => {
          if (rules.abandonsFirst && buyer.row === 'none') buyer.row = 'abandoned';
          buyer.verdict = verdictOn(buyer);
        });
      }
    }
    if (before.verdict !== undefined) {
      const { act, generation } = before.verdict;
      yield step(`sweep ${act}s`, (after, buyer) => {
        endHold(rules, after, buyer, act, generation);
        buyer.verdict = undefined;
      });
    }
  }

  function* storeSteps(state: State): Iterable<Step> {
    const { faults: left } = state;
    const step = (name: string, change: (after: State) => void): Step => {
      const after = copyOf(state);
      change(after);
      return [name, after];
    };
    const travels = (buyer: Buyer) => buyer.verdict ?? buyer.delayedRelease ?? (isUndone(buyer) || undefined);
    if (left.days > 0 && state.buyers.every((buyer) => travels(buyer) === undefined)) {
      yield step('a day passes', (after) => {
        after.faults.days -= 1;
        for (const buyer of after.buyers) buyer.done = undefined;
      });
    }
    if (left.losses > 0) {
      yield step('Redis loses everything', (after) => {
        after.faults.losses -= 1;
        after.counter = undefined;
        after.redisEpoch = 0;
        for (const buyer of after.buyers) forget(buyer);
      });
    }
    if (left.olderCopies > 0 && state.copy === undefined) {
      yield step('Redis is copied', (after) => {
        after.copy = {
          counter: after.counter,
          redisEpoch: after.redisEpoch,
          holds: after.buyers.map(({ hold, holdEpoch, done }) => ({ hold, holdEpoch, done })),
        };
      });
    }
    if (state.copy !== undefined) {
      const { copy } = state;
      yield step('Redis comes back as the copy', (after) => {
        after.faults.olderCopies -= 1;
        after.counter = copy.counter;
        after.redisEpoch = copy.redisEpoch;
        after.buyers.forEach((buyer, index) => Object.assign(buyer, copy.holds[index]));
        after.copy = undefined;
        after.isOlderCopy = true;
      });
    }
    yield* loadSteps(state, step);
  }

  function* loadSteps(
    state: State,
    step: (name: string, change: (after: State) => void) => Step,
  ): Iterable<Step> {
    const { load } = state;
    const isNeeded = state.counter === undefined || state.redisEpoch !== state.epoch || state.isOlderCopy;
    if (load === undefined && (isNeeded || state.faults.reloads > 0)) {
      yield step('load: raise the epoch', (after) => {
        if (!isNeeded) after.faults.reloads -= 1;
        after.epoch = Math.max(after.epoch, after.redisEpoch) + 1;
        after.load = { phase: 'raised', epoch: after.epoch, free: 0, holds: [], marks: [] };
      });
    }
    if (load?.phase === 'raised') {
      yield step('load: unload', (after) => {
        (after.load as { phase: string }).phase = 'unloaded';
        if (!rules.unloadsFirst) return;
        after.counter = undefined;
        after.redisEpoch = load.epoch;
        for (const buyer of after.buyers) buyer.hold = undefined;
      });
    }
    if (load?.phase === 'unloaded') {
      yield step('load: look', (after) => {
        const holds = after.buyers.map((buyer) => (buyer.row === 'live' ? buyer.generation : undefined));
        const isEnded = ({ row }: Buyer) => rules.loadsDoneMarks && row !== 'none' && row !== 'live';
        const marks = after.buyers.map((buyer) => (isEnded(buyer) ? buyer.generation : undefined));
        after.load = { phase: 'looked', epoch: load.epoch, free: units - after.claimed, holds, marks };
      });
    }
    if (load?.phase === 'looked') {
      yield step('load: switch', (after) => {
        after.counter = load.free;
        after.redisEpoch = load.epoch;
        after.buyers.forEach((buyer, index) => {
          buyer.hold = load.holds[index];
          buyer.holdEpoch = load.epoch;
          buyer.done = load.marks[index] ?? buyer.done;
        });
        after.load = undefined;
        after.isOlderCopy = false;
        // A copy of before the load has another epoch, so using it would be noticed.
        after.copy = undefined;
      });
    }
  }

  return {
    initial: initialState(buyers, units, faults),
    keyOf,
    *next(state) {
      for (let index = 0; index < buyers; index += 1) yield* buyerSteps(state, index);
      yield* storeSteps(state);
    },
    violation: (state) => findViolation(state, units),
  };
}

function forget(buyer: Buyer): void {
  buyer.hold = undefined;
  buyer.done = undefined;
}
