/** The orders that wait for an accept batch, each reservation id once, each with the requests that wait for it. */
import { AppError } from '../../core/errors.js';
import type { AcceptOutcome, AcceptRow } from '../../core/postgres/accept-orders.js';

interface Waiter {
  readonly bodyHash: string;
  readonly resolve: (outcome: AcceptOutcome) => void;
  readonly reject: (error: Error) => void;
}

/** One reservation id on its way through Postgres. */
export interface Entry {
  readonly row: AcceptRow;
  readonly queuedAt: number;
  readonly waiters: Waiter[];
  readonly timer: NodeJS.Timeout;
}

export interface AcceptQueue {
  /** Waits for the outcome of this reservation id; joins a request that already waits for the same one. */
  join(row: AcceptRow): Promise<AcceptOutcome>;
  /** Takes the oldest entries out for a batch; they stay known to `join` until settled. */
  take(max: number): Entry[];
  /** Puts entries back to the front, in their order, except those nobody waits for any more. */
  putBack(entries: readonly Entry[]): void;
  settle(entry: Entry, outcome: AcceptOutcome): void;
  fail(entry: Entry, error: Error): void;
  /** Entries that wait for a batch. */
  length(): number;
  /** How long the oldest entry, queued or in a batch, has waited, in ms. */
  oldestWaitMs(): number;
}

/**
 * @param options.waitMs after this the waiting requests are refused with UNAVAILABLE. The hold stays: the row may have
 * been saved, so only the same key or the sweep may decide what becomes of it (I8).
 */
export function createAcceptQueue(options: { waitMs: number }): AcceptQueue {
  const open = new Map<string, Entry>();
  let queue: Entry[] = [];

  function close(entry: Entry): readonly Waiter[] {
    if (open.get(entry.row.reservationId) !== entry) return [];
    open.delete(entry.row.reservationId);
    clearTimeout(entry.timer);
    return entry.waiters;
  }

  function add(row: AcceptRow): Entry {
    const timer = setTimeout(
      () => fail(entry, new AppError('UNAVAILABLE', 'Postgres did not take the order in time')),
      options.waitMs,
    );
    const entry: Entry = { row, queuedAt: performance.now(), waiters: [], timer };
    open.set(row.reservationId, entry);
    queue.push(entry);
    return entry;
  }

  function fail(entry: Entry, error: Error): void {
    for (const waiter of close(entry)) waiter.reject(error);
  }

  const isOpen = (entry: Entry) => open.get(entry.row.reservationId) === entry;
  return {
    join(row) {
      const entry = open.get(row.reservationId) ?? add(row);
      return new Promise((resolve, reject) => {
        entry.waiters.push({ bodyHash: row.bodyHash, resolve, reject });
      });
    },
    take(max) {
      const batch: Entry[] = [];
      let taken = 0;
      for (const entry of queue) {
        if (batch.length >= max) break;
        taken += 1;
        if (isOpen(entry)) batch.push(entry);
      }
      queue = queue.slice(taken);
      return batch;
    },
    putBack(entries) {
      queue = [...entries.filter(isOpen), ...queue];
    },
    settle(entry, outcome) {
      close(entry).forEach((waiter, index) => {
        waiter.resolve(index === 0 ? outcome : outcomeForJoined(outcome, entry.row, waiter.bodyHash));
      });
    },
    fail,
    length: () => queue.length,
    oldestWaitMs() {
      // Insertion order is age order: an entry keeps its place in the map while it is put back and tried again.
      const oldest = open.values().next();
      return oldest.done ? 0 : performance.now() - oldest.value.queuedAt;
    },
  };
}

/** What the outcome of the first request means to one that came with the same reservation id meanwhile (I5). */
export function outcomeForJoined(outcome: AcceptOutcome, row: AcceptRow, bodyHash: string): AcceptOutcome {
  const { reservationId } = row;
  if (outcome.kind === 'new') {
    return { reservationId, kind: 'known', order: outcome.order, userId: row.userId, bodyHash: row.bodyHash };
  }
  if (bodyHash === row.bodyHash || outcome.kind === 'known') return outcome;
  // The id is another order's: what became of that one does not say what would become of this one.
  const idIsTaken = outcome.kind === 'no-units' || outcome.kind === 'ended';
  return { reservationId, kind: idIsTaken ? 'ended' : 'again' };
}
