/** Collects an answer from several stores although some of them may be away, and says which could not be asked. */
import { AppError } from './errors.js';

export const STORES = ['postgres', 'redis', 'kafka', 'temporal'] as const;
export type StoreName = (typeof STORES)[number];

export interface PartialAnswer {
  /**
   * What the store says, or null when it is unreachable. A store found to be away is not asked again.
   * @throws every other error
   */
  ask<T>(store: StoreName, look: () => Promise<T>): Promise<T | null>;
  isAway(store: StoreName): boolean;
  /** Stores that were asked in vain, with the reason. */
  readonly unavailable: readonly UnavailableStore[];
  /** @throws AppError UNAVAILABLE of the first store that was away */
  assertComplete(): void;
}

export interface UnavailableStore {
  readonly store: StoreName;
  readonly reason: string;
}

/** Above the time limits of the clients themselves: for those that would wait without end. */
const ASK_TIMEOUT_MS = 15_000;

export function createPartialAnswer(timeoutMs = ASK_TIMEOUT_MS): PartialAnswer {
  const failures = new Map<StoreName, AppError>();
  return {
    async ask(store, look) {
      if (failures.has(store)) return null;
      try {
        return await withTimeout(look(), store, timeoutMs);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'UNAVAILABLE') throw error;
        failures.set(store, error);
        return null;
      }
    },
    isAway: (store) => failures.has(store),
    get unavailable() {
      return [...failures].map(([store, error]) => ({ store, reason: error.message }));
    },
    assertComplete() {
      for (const error of failures.values()) throw error;
    },
  };
}

async function withTimeout<T>(work: Promise<T>, store: StoreName, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new AppError('UNAVAILABLE', `${store} did not answer within ${ms} ms`)),
      ms,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
