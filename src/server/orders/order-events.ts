/** `GET /orders/:id/events`: the life of an order, as a live stream or as a list of what has happened so far. */
import type { Request, Response } from 'express';
import { isFinal, type Order } from '../../core/order.js';
import type { Db } from '../../core/postgres/db.js';
import { findTimeline } from '../../core/postgres/find-timeline.js';
import { createEventStream } from './event-stream.js';
import { toOrderJson } from './order-json.js';
import type { OrderWatch } from './order-watch.js';
import { findOwnOrder } from './own-order.js';
import type { StreamRegistry } from './stream-registry.js';
import { toTimelineJson } from './timeline-json.js';

export interface OrderEventsDeps {
  readonly db: Db;
  readonly watch: OrderWatch;
  readonly streams: StreamRegistry;
}

/** Answers without `Accept: text/event-stream`. */
export async function sendTimeline(
  db: Db,
  userId: string,
  orderId: string,
  response: Response,
): Promise<void> {
  const order = await findOwnOrder(db, userId, orderId);
  const events = await findTimeline(db, orderId);
  response.json(toTimelineJson(order, events));
}

/**
 * Every event carries the whole order as it is, `id:` being its version: first `snapshot`, then a `change` whenever
 * it has changed. A reader that comes back names the last version it has (`Last-Event-ID`) and hears only of later
 * ones; when there can be none any more, 204 tells it to stop.
 */
export async function streamOrder(
  deps: OrderEventsDeps,
  userId: string,
  orderId: string,
  request: Request,
  response: Response,
): Promise<void> {
  // Gone while the token was checked: its 'close' has passed, and nothing would give the place back.
  if (response.destroyed) return;
  const leave = deps.streams.enter(userId);
  response.on('close', leave);
  // Subscribed before the snapshot is read, so that no change falls between the two.
  let latest: Order | undefined;
  let onChange = (order: Order) => {
    if (latest === undefined || order.version > latest.version) latest = order;
  };
  const unwatch = deps.watch.watch(orderId.toLowerCase(), (order) => onChange(order));
  response.on('close', unwatch);
  try {
    const snapshot = await findOwnOrder(deps.db, userId, orderId);
    const seen = lastEventIdOf(request);
    if (isFinal(snapshot.status) && seen >= snapshot.version) return void response.status(204).end();
    if (response.destroyed) return;

    const stream = createEventStream(response, seen);
    const forget = deps.streams.keep(stream);
    response.on('close', forget);
    onChange = (order) => {
      stream.send('change', order.version, toOrderJson(order));
      if (isFinal(order.status)) stream.end();
    };
    stream.send('snapshot', snapshot.version, toOrderJson(snapshot));
    if (isFinal(snapshot.status)) stream.end();
    else if (latest) onChange(latest);
  } catch (error) {
    leave();
    unwatch();
    throw error;
  }
}

/** A version, or 0 for a reader that has none or sends something else. */
function lastEventIdOf(request: Request): number {
  const header = request.get('Last-Event-ID') ?? '';
  return /^\d{1,9}$/.test(header) ? Number(header) : 0;
}
