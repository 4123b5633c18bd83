/** The worker's own connection to Temporal. */
import { setTimeout as wait } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import { AppError } from '../core/errors.js';
import type { Log } from '../core/log.js';

/** Long enough for a server that restarts, short enough for a person who mistyped the address. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 250;

/**
 * Tries for some seconds, then gives up: whoever started the worker decides about another start. A server that goes
 * away later is waited for without limit.
 * @throws AppError UNAVAILABLE
 */
export async function connectWorker(
  address: string,
  log: Log,
  signal: AbortSignal,
): Promise<NativeConnection> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await NativeConnection.connect({ address });
    } catch (error) {
      if (attempt === ATTEMPTS || signal.aborted) {
        throw new AppError('UNAVAILABLE', `Temporal at ${address} does not answer`, {
          hint: 'Check TEMPORAL_ADDRESS and that the server runs; locally: ordersctl dev status',
          cause: error,
        });
      }
      log.warn({ address, attempt, of: ATTEMPTS }, 'temporal does not answer yet');
      await wait(FIRST_PAUSE_MS * 2 ** (attempt - 1), undefined, { signal }).catch(() => undefined);
    }
  }
}
