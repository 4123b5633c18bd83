/** The state of the reservation model: two buyers, one product, Redis, Postgres, and what is under way between them. */

/** `live`: accepted and not final. `ended`: expired or cancelled. `abandoned`, `refused`: rows of the protocol. */
export type Row = 'none' | 'live' | 'confirmed' | 'ended' | 'abandoned' | 'refused';

export interface Buyer {
  /** The server's attempt: not reserved (or it does not know), reserved, or over. */
  server: 'idle' | 'held' | 'over';
  /** Epoch that the server read with the hold. */
  heldEpoch: number;

  /** The hold in Redis: its generation, or undefined. */
  hold: number | undefined;
  holdEpoch: number;
  /** The done mark in Redis: last generation ended. */
  done: number | undefined;

  row: Row;
  generation: number;
  /** `hold_done` of the row. */
  holdDone: boolean;
  /** A late claim whose hold was not taken yet. */
  mustTake: boolean;

  /** What a sweep has decided and not yet done, with the generation it read. */
  verdict: { readonly act: 'release' | 'settle'; readonly generation: number } | undefined;
  /** A release of this generation that is still travelling and may arrive at any time. */
  delayedRelease: number | undefined;
}

/** A product being loaded: what the look at Postgres saw, once it has looked. */
export interface Load {
  phase: 'raised' | 'unloaded' | 'looked';
  epoch: number;
  free: number;
  /** Generation per buyer with a live order. */
  holds: readonly (number | undefined)[];
  /** Generation per buyer whose reservation has ended. */
  marks: readonly (number | undefined)[];
}

export interface State {
  buyers: Buyer[];
  /** The counter; undefined when the product is not loaded. */
  counter: number | undefined;
  redisEpoch: number;
  claimed: number;
  epoch: number;
  load: Load | undefined;
  /** Redis was put back to an earlier moment and nobody knows yet. */
  isOlderCopy: boolean;
  /** That earlier moment, while it may still be used. */
  copy:
    | (Pick<State, 'counter' | 'redisEpoch'> & {
        readonly holds: readonly Pick<Buyer, 'hold' | 'holdEpoch' | 'done'>[];
      })
    | undefined;
  /** How often each fault may still happen. */
  faults: Faults;
}

export interface Faults {
  lostReplies: number;
  /** Reserves and releases that arrive late, when nobody waits for them any more. */
  strays: number;
  crashes: number;
  /** Redis comes back empty. */
  losses: number;
  /** Redis comes back as an older copy of itself. */
  olderCopies: number;
  /** Loads that an operator starts without need. */
  reloads: number;
  latePayments: number;
  /** Days that pass: marks expire, and nothing travels that long. */
  days: number;
}

const NO_FAULTS: Faults = {
  lostReplies: 0,
  strays: 0,
  crashes: 0,
  losses: 0,
  olderCopies: 0,
  reloads: 0,
  latePayments: 0,
  days: 0,
};

export function initialState(buyers: number, units: number, faults: Partial<Faults>): State {
  return {
    buyers: Array.from({ length: buyers }, () => ({
      server: 'idle',
      heldEpoch: 0,
      hold: undefined,
      holdEpoch: 0,
      done: undefined,
      row: 'none',
      generation: 0,
      holdDone: false,
      mustTake: false,
      verdict: undefined,
      delayedRelease: undefined,
    })),
    counter: units,
    redisEpoch: 1,
    claimed: 0,
    epoch: 1,
    load: undefined,
    isOlderCopy: false,
    copy: undefined,
    faults: { ...NO_FAULTS, ...faults },
  };
}

/** Deep enough that a step may change its copy. */
export function copyOf(state: State): State {
  return {
    ...state,
    buyers: state.buyers.map((buyer) => ({ ...buyer })),
    load: state.load && { ...state.load },
    faults: { ...state.faults },
  };
}

export function keyOf(state: State): string {
  const buyers = state.buyers.map(
    (b) =>
      `${b.server},${b.heldEpoch},${b.hold},${b.holdEpoch},${b.done},${b.row},${b.generation},${b.holdDone},${b.mustTake},${b.verdict?.act}${b.verdict?.generation},${b.delayedRelease}`,
  );
  const { load, copy, faults: f } = state;
  const loading =
    load && `${load.phase},${load.epoch},${load.free},${load.holds.join('/')},${load.marks.join('/')}`;
  const older =
    copy &&
    `${copy.counter},${copy.redisEpoch},${copy.holds.map((h) => `${h.hold}.${h.holdEpoch}.${h.done}`).join('/')}`;
  const left = `${f.lostReplies},${f.strays},${f.crashes},${f.losses},${f.olderCopies},${f.reloads},${f.latePayments},${f.days}`;
  return `${buyers.join('|')}|${state.counter},${state.redisEpoch},${state.claimed},${state.epoch},${state.isOlderCopy}|${loading}|${older}|${left}`;
}
