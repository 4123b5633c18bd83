/** Marks events published after the broker's acknowledgement, beside the next send instead of before it. */
import { createBackOff, pause } from '../back-off.js';
import type { Log } from '../log.js';
import { createPace } from '../pace.js';
import type { Db } from '../postgres/db.js';
import { markPublished } from '../postgres/mark-published.js';

export interface Marker {
  add(eventIds: readonly string[]): void;
  has(eventId: string): boolean;
  /** Resolves when everything is marked, or Postgres refuses. */
  finish(): Promise<void>;
}

const MARKS_PER_CALL = 2_000;
/** Beyond this the oldest are forgotten: they are published again by the repairing pass, which readers tolerate. */
const MARKS_KEPT = 50_000;
/** From one call to the next at least: nothing waits for a mark, and each takes Postgres from the accept calls. */
const PACE_MS = 25;

/** One call at a time; the next takes all that has come meanwhile. Never ahead of the acknowledgement (I6). */
export function createMarker(options: { pool: Db; log: Log }): Marker {
  const { pool, log } = options;
  const backOff = createBackOff({ firstMs: 100, maxMs: 5_000 });
  const finishing = new AbortController();
  const pace = createPace(PACE_MS);
  const due = new Set<string>();
  let marking: Promise<void> | undefined;
  let failing = false;

  async function markAll(): Promise<void> {
    while (due.size > 0) {
      const early = pace(finishing.signal);
      if (early) await early;
      const ids = [...due.values()].slice(0, MARKS_PER_CALL);
      try {
        await markPublished(pool, ids);
      } catch (error) {
        if (!failing)
          log.warn({ err: error }, 'published events cannot be marked; they may be published again');
        failing = true;
        if (finishing.signal.aborted) return;
        await pause(backOff.next(), finishing.signal);
        continue;
      }
      failing = false;
      backOff.reset();
      for (const id of ids) due.delete(id);
    }
  }

  function forgetOldest(): void {
    for (const id of due) {
      if (due.size <= MARKS_KEPT) return;
      due.delete(id);
    }
  }

  return {
    add(eventIds) {
      for (const id of eventIds) due.add(id);
      forgetOldest();
      marking ??= markAll().finally(() => (marking = undefined));
    },
    has: (eventId) => due.has(eventId),
    async finish() {
      finishing.abort();
      await marking;
    },
  };
}
