/** Polls what the shown view needs beside the overview's figures, by the rules of the collector, and nothing else. */
import { createAttempts } from './attempts.js';
import type { DetailSource } from './sources/detail-source.js';
import type { TopStore } from './state/store.js';

export interface DetailPollerOptions {
  readonly sources: readonly DetailSource[];
  readonly store: TopStore;
  readonly now: () => number;
}

export interface DetailPoller {
  /** Looks at every tick and key whether something is due. */
  start(): void;
  /** Begins nothing further, and tells nothing of what is under way. */
  stop(): void;
}

export function createDetailPoller({ sources, store, now }: DetailPollerOptions): DetailPoller {
  const stopping = new AbortController();
  const attempts = createAttempts({ store, now, stopping: stopping.signal });
  /** Of each source, what was asked last and when. */
  const asked = new Map<DetailSource, { readonly wish: string; readonly at: number }>();
  let unsubscribe: () => void = () => undefined;

  function look(): void {
    const state = store.getState();
    for (const source of sources) {
      const wish = source.wish(state);
      if (wish === null || attempts.isUnderWay(source.name)) continue;
      const last = asked.get(source);
      const everyMs = Math.max(source.everyMs, state.view.intervalMs);
      if (last?.wish === wish && now() - last.at < everyMs) continue;
      asked.set(source, { wish, at: now() });
      void attempts.attempt(source.name, () => source.poll(wish), source.timeoutMs);
    }
  }

  return {
    start() {
      unsubscribe = store.subscribe(look);
      look();
    },
    stop() {
      stopping.abort();
      unsubscribe();
    },
  };
}
