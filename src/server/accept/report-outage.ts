/** Tells the health of a store of every call that the store left unanswered. */
import { AppError } from '../../core/errors.js';
import type { StoreHealth } from './store-health.js';

/** @returns the same call; what it throws is thrown on */
export function reportOutage<A extends unknown[], R>(
  store: Pick<StoreHealth, 'fail'>,
  call: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return await call(...args);
    } catch (error) {
      if (error instanceof AppError && error.code === 'UNAVAILABLE') store.fail(error);
      throw error;
    }
  };
}
