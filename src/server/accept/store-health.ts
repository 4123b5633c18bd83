/**
 * Whether a store can be relied upon, learnt from the calls that fail. The first failed batch stops admission, so that
 * no further units are held for orders that cannot be saved; a probe that succeeds opens it again.
 */
import { createBackOff, pause } from '../../core/back-off.js';
import type { Log } from '../../core/log.js';

/** Soon at first: most failures are one lost connection. */
const PROBE_PAUSES = { firstMs: 20, maxMs: 1_000 };

export interface StoreHealth {
  isUp(): boolean;
  /** Tells that a call has failed for reasons of the store; probing begins. */
  fail(error: unknown): void;
  /** Resolves when the store is up, or when nobody probes any more. */
  whenUp(): Promise<void>;
  /** Ends the probing; what waits in `whenUp` goes on and meets its own error. */
  stop(): Promise<void>;
}

/**
 * @param options.probe resolves when the store can be written to
 * @param options.name for the log
 */
export function createStoreHealth(options: {
  name: string;
  probe: () => Promise<void>;
  log: Log;
}): StoreHealth {
  const stopping = new AbortController();
  let probing: Promise<void> | undefined;

  async function probeUntilUp(failure: unknown): Promise<void> {
    const { log, name: store } = options;
    const since = performance.now();
    const backOff = createBackOff(PROBE_PAUSES);
    log.warn({ err: failure, store }, 'store failed; new orders are refused until it answers');
    for (;;) {
      await pause(backOff.next(), stopping.signal);
      if (stopping.signal.aborted) return;
      try {
        await options.probe();
        log.info(
          { store, awayMs: Math.round(performance.now() - since) },
          'store answers; orders are accepted',
        );
        return;
      } catch (error) {
        log.debug({ err: error, store }, 'probe failed');
      }
    }
  }

  return {
    isUp: () => probing === undefined,
    fail(error) {
      if (stopping.signal.aborted) return;
      probing ??= probeUntilUp(error).finally(() => (probing = undefined));
    },
    whenUp: () => probing ?? Promise.resolve(),
    async stop() {
      stopping.abort();
      await probing;
    },
  };
}
