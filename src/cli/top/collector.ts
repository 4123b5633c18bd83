/** Polls every source on its own: with a time-out, never two polls of one source at once, none waiting for another. */
import { createAttempts } from './attempts.js';
import type { TopSource } from './sources/top-source.js';
import type { SourceName } from './state/model.js';
import type { TopStore } from './state/store.js';
import { within } from './within.js';

export interface CollectorOptions {
  readonly sources: readonly TopSource[];
  readonly store: TopStore;
  /** Milliseconds; injected, so that frames can be tested. */
  readonly now: () => number;
  /** After this a source counts as away, though its late answer is still taken. */
  readonly timeoutMs: number;
  /** How many calls this process has sent to a store so far; without it their number is not known. */
  readonly callsTo?: (store: SourceName) => number;
}

export interface Collector {
  /** Asks every source its first time; resolves when each has answered, failed or run out of time. Never rejects. */
  firstRound(): Promise<void>;
  /** Asks again and again at the interval of the store's view, beginning with the first round. */
  start(): void;
  /** Ends the polling and closes the sources; what cannot be closed in time is left. */
  stop(): Promise<void>;
}

const CLOSE_TIMEOUT_MS = 1_000;

export function createCollector({ sources, store, now, timeoutMs, callsTo }: CollectorOptions): Collector {
  const stopping = new AbortController();
  const attempts = createAttempts({ store, now, stopping: stopping.signal, callsTo });
  const first = new Map<TopSource, Promise<void>>();

  const pollSource = (source: TopSource) => attempts.attempt(source.name, () => source.poll(), timeoutMs);

  function firstPoll(source: TopSource): Promise<void> {
    let poll = first.get(source);
    if (!poll) {
      const before = sources.find((other) => other.name === source.after);
      poll = (before ? firstPoll(before) : Promise.resolve()).then(() => pollSource(source));
      first.set(source, poll);
    }
    return poll;
  }

  async function pollForever(source: TopSource): Promise<void> {
    await firstPoll(source);
    let tookMs = 0;
    while (!stopping.signal.aborted) {
      await pause(Math.max(0, store.getState().view.intervalMs - tookMs), stopping.signal);
      if (stopping.signal.aborted) return;
      const startedAt = now();
      await pollSource(source);
      tookMs = now() - startedAt;
    }
  }

  return {
    async firstRound() {
      await Promise.all(sources.map(firstPoll));
    },
    start() {
      for (const source of sources) void pollForever(source);
    },
    async stop() {
      stopping.abort();
      const closing = Promise.allSettled(sources.map((source) => source.close()));
      await within(closing, CLOSE_TIMEOUT_MS);
    },
  };
}

/** A promise of its own for each wait: one that never settles would keep every callback ever added to it. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await within(new Promise(() => undefined), ms, signal);
}
