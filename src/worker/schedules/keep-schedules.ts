/** Looks after the schedules while a worker runs: one that somebody deleted is made again, a paused one is reported. */
import { setMaxListeners } from 'node:events';
import type { Client } from '@temporalio/client';
import { pause } from '../../core/back-off.js';
import { toAppError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import { ensureSchedules, type PausedSweep, type SweepSchedules } from './ensure-schedules.js';

/** Every worker looks: a few calls to the server a minute each. */
const LOOK_EVERY_MS = 60_000;

export interface KeptSchedules {
  /** How many sweeps are paused, by the last look; undefined before the first that succeeded. */
  paused(): number | undefined;
  /** Breaks off the look in progress; resolves when it is over. */
  stop(): Promise<void>;
}

/**
 * Begins at once. While Temporal is away the sweeps cannot run anyway: the next look comes after it is back.
 * @param options.everyMs for tests
 */
export function keepSchedules(
  client: Client,
  schedules: SweepSchedules,
  log: Log,
  options: { readonly everyMs?: number } = {},
): KeptSchedules {
  const everyMs = options.everyMs ?? LOOK_EVERY_MS;
  const ending = new AbortController();
  let paused: readonly PausedSweep[] | undefined;

  async function look(): Promise<void> {
    // Of its own for each look: the client never takes back the listener that each of its calls adds.
    const cancelling = new AbortController();
    setMaxListeners(0, cancelling.signal);
    const cancel = () => cancelling.abort();
    ending.signal.addEventListener('abort', cancel);
    try {
      // A worker that ends waits for no server.
      const found = await client.withAbortSignal(cancelling.signal, () =>
        ensureSchedules(client, schedules, log),
      );
      tellOfPauses(log, paused ?? [], found);
      paused = found;
    } catch (error) {
      if (ending.signal.aborted) return;
      log.warn({ err: toAppError(error) }, 'the schedules of the sweeps could not be looked at, again later');
    } finally {
      ending.signal.removeEventListener('abort', cancel);
    }
  }

  const looking = (async () => {
    while (!ending.signal.aborted) {
      await look();
      await pause(everyMs, ending.signal);
    }
  })();

  return {
    paused: () => paused?.length,
    async stop() {
      ending.abort();
      await looking;
    },
  };
}

/** Once for each pause, not with every look. */
function tellOfPauses(log: Log, before: readonly PausedSweep[], now: readonly PausedSweep[]): void {
  for (const { name, note } of now) {
    if (before.some((other) => other.name === name)) continue;
    log.warn(
      { sweep: name, note },
      'a sweep is paused: what it mends stays undone until somebody resumes it',
    );
  }
}
