/** One chunk of reservations, from message to started saga: load, track, start; what can never work goes aside. */
import type { ReservationEvent } from '../core/kafka/events.js';
import type { ConsumedMessage, PartitionPosition, Publisher } from '../core/kafka/port.js';
import type { Log } from '../core/log.js';
import type { Order } from '../core/order.js';
import type { OutboxRecord } from '../core/outbox/record.js';
import type { Relay } from '../core/outbox/relay.js';
import { findOrdersByIds } from '../core/postgres/find-orders-by-ids.js';
import { trackOrders } from '../core/postgres/track-orders.js';
import type { Db } from '../core/postgres/db.js';
import type { RoleStats } from '../core/stats/role-stats.js';
import { toDeadLetter, type BadMessage } from './dead-letter.js';
import { runAll, type Limit } from './limit-concurrency.js';
import type { ParsedReservation } from './parse-reservation.js';

export interface ChunkParts {
  readonly pool: Db;
  readonly publisher: Publisher;
  readonly relay: Pick<Relay, 'offer'>;
  readonly stats: Pick<RoleStats, 'count' | 'observe'>;
  readonly log: Log;
  /** Shared by all partitions. */
  readonly limit: Limit;
  /** Starts the saga of one order, at most once for the life of the order. */
  readonly startSaga: (orderId: string) => Promise<'started' | 'already'>;
  /** Tells open event streams; a hint, so it neither waits nor fails. */
  readonly announce: (changes: readonly OutboxRecord[]) => void;
}

export interface ReadMessage {
  readonly message: ConsumedMessage;
  readonly parsed: Exclude<ParsedReservation, { kind: 'newer' }>;
}

/**
 * Resolves when the whole chunk is durable: every order that was PENDING has its saga, everything unusable is in
 * the dead letters. Until then no offset of it may be committed (I13). Safe to do again from the beginning: orders
 * are tracked once, sagas started once, and an order that has moved on is passed over (I7). Writes no stock and
 * reserves nothing.
 * @throws AppError UNAVAILABLE when Postgres, Temporal or the dead letter topic does not answer
 */
export async function handleChunk(
  parts: ChunkParts,
  from: PartitionPosition,
  chunk: readonly ReadMessage[],
): Promise<void> {
  const { pool, stats } = parts;
  const events = eventsByOrder(chunk);
  const orders = await findOrdersByIds(pool, [...events.keys()]);
  const pending = [...orders.values()].filter((order) => order.status === 'PENDING');
  const tracked = await trackOrders(
    pool,
    pending.map((order) => order.orderId),
  );
  parts.relay.offer(tracked);
  if (tracked.length > 0) parts.announce(tracked);

  await runAll(parts.limit, pending, (order) => start(parts, order));
  // Last, so that a chunk done again buries once; and before the commit: a dead letter that cannot be written stops
  // the offset.
  await bury(
    parts,
    from,
    chunk.flatMap((read) => badOf(read, orders)),
  );
  for (const order of orders.values())
    if (order.status !== 'PENDING') stats.count('skipped', order.productId);
}

/** The same order twice in a chunk is a repeat: one look, one start. */
function eventsByOrder(chunk: readonly ReadMessage[]): Map<string, ReservationEvent> {
  const events = new Map<string, ReservationEvent>();
  for (const { parsed } of chunk) {
    if (parsed.kind === 'reservation') events.set(parsed.event.orderId, parsed.event);
  }
  return events;
}

function badOf({ message, parsed }: ReadMessage, orders: ReadonlyMap<string, Order>): BadMessage[] {
  if (parsed.kind === 'bad') return [{ message, reason: parsed.reason, detail: parsed.detail }];
  // Events are published after their order's commit, so an order that is not there now never will be.
  if (orders.has(parsed.event.orderId)) return [];
  return [{ message, reason: 'UNKNOWN_ORDER', detail: `no order ${parsed.event.orderId}` }];
}

/** @throws AppError UNAVAILABLE when the dead letter topic does not take them: their offsets must not be committed then */
export async function bury(
  parts: Pick<ChunkParts, 'publisher' | 'stats' | 'log'>,
  from: PartitionPosition,
  bad: readonly BadMessage[],
): Promise<void> {
  if (bad.length === 0) return;
  const now = new Date();
  await parts.publisher.publishBatch(bad.map((one) => toDeadLetter(one, from, now)));
  parts.stats.count('dead_lettered', '', bad.length);
  for (const { message, reason, detail } of bad) {
    parts.log.warn({ ...from, offset: message.offset, reason, detail }, 'message put with the dead letters');
  }
}

async function start(parts: ChunkParts, order: Order): Promise<void> {
  const outcome = await parts.startSaga(order.orderId);
  if (outcome === 'already') return parts.stats.count('skipped', order.productId);
  parts.stats.count('started', order.productId);
  // Two clocks, the database's and this host's: good enough to watch, never used to decide.
  parts.stats.observe('start', Date.now() - order.createdAt.getTime(), order.productId);
}
