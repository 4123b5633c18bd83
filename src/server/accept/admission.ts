/** Decides before anything is reserved whether an order may come in at all; a refusal changes nothing anywhere (I14). */
import type { AppError } from '../../core/errors.js';
import { refuse } from '../../core/refusal.js';
import type { LoopDelay } from './loop-delay.js';
import type { StoreHealth } from './store-health.js';

export interface Admission {
  /**
   * The first look at a request, before anything is spent on it.
   * @throws AppError DRAINING, UNAVAILABLE or OVERLOADED
   */
  check(): void;
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
  readonly redis: Pick<StoreHealth, 'isUp'>;
  /** True when too many events wait for Kafka. */
  readonly isOutboxFull: () => boolean;
  /** How long the order at the head of the accept queue has waited, in ms. */
  readonly oldestWaitMs: () => number;
  /** Beyond this wait a new order would only grow the queue; well below the time after which buyers give up. */
  readonly maxWaitMs: number;
  readonly loopDelay: Pick<LoopDelay, 'ms'>;
  readonly maxLoopDelayMs: number;
  /** From 0 to 1. */
  readonly random?: () => number;
}

export function createAdmission(options: AdmissionOptions): Admission {
  let inFlight = 0;
  let closed = false;
  let emptied: (() => void)[] = [];
  const random = options.random ?? Math.random;

  /** A growing share, all at twice the limit: refusing all or none would make the crowd swing. */
  function isTooBusy(): boolean {
    const excess = options.loopDelay.ms() / options.maxLoopDelayMs - 1;
    return excess > 0 && random() < excess;
  }

  /** Cheapest and most telling first. */
  function refusal(): AppError | undefined {
    if (closed) return refuse('DRAINING', 'this server is shutting down');
    if (!options.postgres.isUp()) return refuse('UNAVAILABLE', 'Postgres is away');
    if (!options.redis.isUp()) return refuse('UNAVAILABLE', 'Redis is away');
    if (inFlight >= options.maxInFlight) return refuse('OVERLOADED', 'too many orders in hand');
    if (options.oldestWaitMs() > options.maxWaitMs)
      return refuse('OVERLOADED', 'the accept queue is too slow');
    if (options.isOutboxFull()) return refuse('OVERLOADED', 'too many events wait for Kafka');
    return undefined;
  }

  function assertOpen(): void {
    const refused = refusal();
    if (refused) throw refused;
  }

  return {
    check() {
      assertOpen();
      // Only here: whoever has been read, verified and parsed would be refused too late to save anything.
      if (isTooBusy()) throw refuse('OVERLOADED', 'the event loop is too slow');
    },
    enter() {
      assertOpen();
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
