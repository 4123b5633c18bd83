/** Decides before anything is reserved whether an order may come in at all; a refusal changes nothing anywhere (I14). */
import { AppError } from '../../core/errors.js';
import type { StoreHealth } from './store-health.js';

export interface Admission {
  /**
   * Takes one of the bounded places; `leave` must follow.
   * @throws AppError DRAINING, UNAVAILABLE or OVERLOADED
   */
  enter(): void;
  leave(): void;
  /** From now on everything is refused with DRAINING. */
  close(): void;
  /** Places taken. */
  inFlight(): number;
  /** Resolves when every place was left. */
  whenEmpty(): Promise<void>;
}

export interface AdmissionOptions {
  /**
   * Orders in hand at once. Each of them may end up waiting for the accept batch, so this is also the bound of that
   * queue: whoever got a hold finds room in it.
   */
  readonly maxInFlight: number;
  readonly postgres: Pick<StoreHealth, 'isUp'>;
  /** True when too many events wait for Kafka. */
  readonly isOutboxFull: () => boolean;
  /** How long the order at the head of the accept queue has waited, in ms. */
  readonly oldestWaitMs: () => number;
}

/** Beyond this wait a new order would only grow the queue; well below the time after which buyers give up. */
const MAX_WAIT_MS = 2_000;

export function createAdmission(options: AdmissionOptions): Admission {
  let inFlight = 0;
  let closed = false;
  let emptied: (() => void)[] = [];

  /** Cheapest and most telling first. */
  function refusal(): AppError | undefined {
    if (closed) return new AppError('DRAINING', 'this server is shutting down');
    if (!options.postgres.isUp()) return new AppError('UNAVAILABLE', 'Postgres is away');
    if (inFlight >= options.maxInFlight) return new AppError('OVERLOADED', 'too many orders in hand');
    if (options.oldestWaitMs() > MAX_WAIT_MS)
      return new AppError('OVERLOADED', 'the accept queue is too slow');
    if (options.isOutboxFull()) return new AppError('OVERLOADED', 'too many events wait for Kafka');
    return undefined;
  }

  return {
    enter() {
      const refused = refusal();
      if (refused) throw refused;
      inFlight += 1;
    },
    leave() {
      inFlight -= 1;
      if (inFlight > 0) return;
      const waiting = emptied;
      emptied = [];
      for (const resolve of waiting) resolve();
    },
    close() {
      closed = true;
    },
    inFlight: () => inFlight,
    whenEmpty: () => (inFlight === 0 ? Promise.resolve() : new Promise((resolve) => emptied.push(resolve))),
  };
}
