/** Polls every source on its own: with a time-out, never two polls of one source at once, none waiting for another. */
import { AppError } from '../../core/errors.js';
import type { TopSource } from './sources/top-source.js';
import type { Failure, PollCost, SourceName } from './state/model.js';
import type { TopStore } from './state/store.js';

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
  /** The poll under way of each source, if any. */
  const underWay = new Map<TopSource, Promise<void>>();
  const first = new Map<SourceName, Promise<void>>();

  function begin(source: TopSource): Promise<void> {
    const known = underWay.get(source);
    if (known) return known;
    const costOf = beginCost(source.name);
    const poll = source.poll().then(
      (sample) => {
        if (stopping.signal.aborted) return;
        store.dispatch({ type: 'answered', at: now(), sample, cost: costOf() });
      },
      (error: unknown) => fail(source, toFailure(error)),
    );
    const settled = poll.finally(() => underWay.delete(source));
    underWay.set(source, settled);
    return settled;
  }

  /** @returns what was spent since */
  function beginCost(name: SourceName): () => PollCost {
    const startedAt = performance.now();
    const before = callsTo?.(name) ?? 0;
    return () => ({
      tookMs: Math.round((performance.now() - startedAt) * 10) / 10,
      calls: callsTo ? callsTo(name) - before : null,
    });
  }

  function fail(source: TopSource, failure: Failure): void {
    if (stopping.signal.aborted) return;
    store.dispatch({ type: 'failed', at: now(), source: source.name, failure });
  }

  async function pollSource(source: TopSource): Promise<void> {
    const inTime = await within(begin(source), timeoutMs, stopping.signal);
    if (!inTime) fail(source, { code: 'UNAVAILABLE', message: `no answer within ${timeoutMs / 1_000}s` });
  }

  function firstPoll(source: TopSource): Promise<void> {
    let poll = first.get(source.name);
    if (!poll) {
      const before = sources.find((other) => other.name === source.after);
      poll = (before ? firstPoll(before) : Promise.resolve()).then(() => pollSource(source));
      first.set(source.name, poll);
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

/** @returns false when the work was not settled after `ms`, or the signal came first */
function within(work: Promise<unknown>, ms: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const late = () => end(false);
    const timer = setTimeout(late, ms);
    function end(settled: boolean): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', late);
      resolve(settled);
    }
    if (signal?.aborted) return end(false);
    signal?.addEventListener('abort', late);
    const done = () => end(true);
    work.then(done, done);
  });
}

function toFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof AppError ? error.code : 'INTERNAL', message: message.split('\n')[0] ?? '' };
}
