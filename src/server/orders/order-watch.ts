/**
 * Follows the orders that somebody watches: hints from Redis say which rows to read, a slow poll finds what the hints
 * missed. One subscription and one read in flight per process, however many streams are open.
 */
import type { Log } from '../../core/log.js';
import type { Order } from '../../core/order.js';
import type { Db } from '../../core/postgres/db.js';
import { findOrdersByIds } from '../../core/postgres/find-orders-by-ids.js';

/** Gathers the hints of one moment into one statement. */
const GATHER_MS = 20;
/** Pub/sub delivers at most once: this is how late a lost change is seen at most. */
const POLL_MS = 5_000;
const ROWS_PER_READ = 500;

export type OrderListener = (order: Order) => void;

export interface OrderWatch {
  /**
   * Calls back with the row whenever it may have changed; the listener drops versions it has seen (I11).
   * @returns undo
   */
  watch(orderId: string, listener: OrderListener): () => void;
  /** Says that these orders have changed; ids nobody watches cost nothing. */
  hint(orderIds: Iterable<string>): void;
  /** Says that any of the watched orders may have changed unheard. */
  hintAll(): void;
  start(): void;
  /** Waits for the read in flight. */
  stop(): Promise<void>;
}

export function createOrderWatch(options: { db: Db; log: Log; pollMs?: number }): OrderWatch {
  const { db, log, pollMs = POLL_MS } = options;
  const listeners = new Map<string, Set<OrderListener>>();
  /** Never larger than `listeners`, which is bounded by the number of streams. */
  const due = new Set<string>();
  let gathering: NodeJS.Timeout | undefined;
  let polling: NodeJS.Timeout | undefined;
  let reading: Promise<void> | undefined;

  async function readDue(): Promise<void> {
    while (due.size > 0) {
      const ids = [...due].slice(0, ROWS_PER_READ);
      for (const id of ids) due.delete(id);
      try {
        for (const [orderId, order] of await findOrdersByIds(db, ids)) {
          for (const listener of listeners.get(orderId) ?? []) listener(order);
        }
      } catch (error) {
        log.debug(
          { err: error, orders: ids.length },
          'watched orders could not be read; the next poll does it',
        );
        return;
      }
    }
  }

  function read(): void {
    gathering = undefined;
    reading ??= readDue().finally(() => (reading = undefined));
  }

  const watch: OrderWatch = {
    watch(orderId, listener) {
      const forOrder = listeners.get(orderId) ?? new Set();
      listeners.set(orderId, forOrder.add(listener));
      return () => {
        forOrder.delete(listener);
        if (forOrder.size === 0 && listeners.get(orderId) === forOrder) {
          listeners.delete(orderId);
          due.delete(orderId);
        }
      };
    },
    hint(orderIds) {
      for (const orderId of orderIds) if (listeners.has(orderId)) due.add(orderId);
      if (due.size > 0) gathering ??= setTimeout(read, GATHER_MS);
    },
    hintAll: () => watch.hint(listeners.keys()),
    start() {
      polling ??= setInterval(() => watch.hintAll(), pollMs);
    },
    async stop() {
      clearInterval(polling);
      clearTimeout(gathering);
      due.clear();
      await reading;
    },
  };
  return watch;
}
