/** Accepts reservations: claims their units, writes their orders and their outbox events, in one round trip. */
import { AppError } from '../errors.js';
import { multiplyMoney } from '../money.js';
import type { OrderStatus } from '../order.js';
import { findRowProblem, type AcceptedOrder, type AcceptOutcome, type AcceptRow } from './accept-rows.js';
import type { Db } from './db.js';
import { splitOnDataError } from './split-on-data-error.js';
import { toSafeInteger } from './to-safe-integer.js';

export type { AcceptedOrder, AcceptOutcome, AcceptRow } from './accept-rows.js';

/** A row of `accept_orders`. The order's columns are those found in the table: set for `known` only. */
interface AnswerRow {
  readonly reservation_id: string;
  readonly kind: 'new' | 'known' | 'ended' | 'stale' | 'no-units' | 'again' | 'unknown-product';
  readonly order_id: string;
  readonly event_id: string;
  readonly user_id: string;
  readonly product_id: string;
  readonly quantity: number;
  readonly unit_price_minor: string;
  readonly amount_minor: string;
  readonly currency: string;
  readonly status: OrderStatus;
  readonly version: number;
  readonly body_hash: string;
  readonly created_at: Date;
  readonly epoch_now: string;
}

/**
 * One call of the accept function (migration 0002). Safe to repeat with the same reservation ids, and to be repeated
 * after a lost reply: that is the only way to learn the outcome (I5).
 * A row that Postgres cannot take is answered `rejected` and harms no neighbour: rows are checked before, and when
 * a data error comes all the same the batch is split by halves until that row stands alone.
 * @param db the pool, not a transaction: an error ends the transaction and with it the splitting
 * @param rows unique by reservation id
 * @returns one outcome for each row, by reservation id
 * @throws AppError UNAVAILABLE: the outcome of every row is unknown, keep the holds and submit again
 */
export async function acceptOrders(db: Db, rows: readonly AcceptRow[]): Promise<Map<string, AcceptOutcome>> {
  const outcomes = new Map<string, AcceptOutcome>();
  const reject = ({ reservationId }: AcceptRow, reason: string) =>
    outcomes.set(reservationId, { reservationId, kind: 'rejected', reason });
  const ids = new Set(rows.map((row) => row.reservationId));
  if (ids.size !== rows.length) throw new AppError('INTERNAL', 'a reservation id occurs twice in one batch');
  const sound = rows.filter((row) => {
    const reason = findRowProblem(row);
    if (reason !== undefined) reject(row, reason);
    return reason === undefined;
  });
  await splitOnDataError(sound, (part) => acceptSound(db, part, outcomes), reject);
  return outcomes;
}

async function acceptSound(
  db: Db,
  rows: readonly AcceptRow[],
  outcomes: Map<string, AcceptOutcome>,
): Promise<void> {
  const byId = new Map(rows.map((row) => [row.reservationId, row]));
  for (const answer of await callAccept(db, rows)) {
    const row = byId.get(answer.reservation_id);
    if (row) outcomes.set(row.reservationId, toOutcome(row, answer));
  }
}

async function callAccept(db: Db, rows: readonly AcceptRow[]): Promise<AnswerRow[]> {
  const result = await db.query<AnswerRow>({
    name: 'accept_orders',
    text: `select reservation_id, kind, order_id, event_id, user_id, product_id, quantity, unit_price_minor,
             amount_minor, currency, status, version, body_hash, created_at, epoch_now
           from accept_orders($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [
      rows.map((row) => row.reservationId),
      rows.map((row) => row.userId),
      rows.map((row) => row.productId),
      rows.map((row) => row.quantity),
      rows.map((row) => row.unitPrice.amountMinor),
      rows.map((row) => row.unitPrice.currency),
      rows.map((row) => row.epoch),
      rows.map((row) => row.bodyHash),
    ],
  });
  return result.rows;
}

function toOutcome(row: AcceptRow, answer: AnswerRow): AcceptOutcome {
  const { reservationId } = row;
  switch (answer.kind) {
    case 'new':
      return { reservationId, kind: 'new', order: toNewOrder(row, answer), eventId: answer.event_id };
    case 'known':
      return {
        reservationId,
        kind: 'known',
        order: toKnownOrder(reservationId, answer),
        userId: answer.user_id,
        bodyHash: answer.body_hash,
      };
    case 'stale':
      return { reservationId, kind: 'stale', epoch: toSafeInteger(answer.epoch_now) };
    default:
      return { reservationId, kind: answer.kind };
  }
}

/** What was sent is what was stored, so only what Postgres made travels back. */
function toNewOrder(row: AcceptRow, answer: AnswerRow): AcceptedOrder {
  return {
    orderId: answer.order_id,
    reservationId: row.reservationId,
    userId: row.userId,
    productId: row.productId,
    quantity: row.quantity,
    unitPrice: row.unitPrice,
    amount: multiplyMoney(row.unitPrice, row.quantity),
    status: answer.status,
    version: answer.version,
    createdAt: answer.created_at,
  };
}

function toKnownOrder(reservationId: string, answer: AnswerRow): AcceptedOrder {
  return {
    orderId: answer.order_id,
    reservationId,
    userId: answer.user_id,
    productId: answer.product_id,
    quantity: answer.quantity,
    unitPrice: { amountMinor: toSafeInteger(answer.unit_price_minor), currency: answer.currency },
    amount: { amountMinor: toSafeInteger(answer.amount_minor), currency: answer.currency },
    status: answer.status,
    version: answer.version,
    createdAt: answer.created_at,
  };
}
