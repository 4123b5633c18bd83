/** What goes into the accept call and what comes out of it. */
import type { Money } from '../money.js';
import { LIMITS, type Order } from '../order.js';
import { isUuid } from './is-uuid.js';

/** One reservation to be accepted, as its hold in Redis tells it. */
export interface AcceptRow {
  /** UUID, made before the first side effect. */
  readonly reservationId: string;
  readonly userId: string;
  readonly productId: string;
  readonly quantity: number;
  readonly unitPrice: Money;
  /** Epoch of the product under which the hold was made. */
  readonly epoch: number;
  /** SHA-256 over product and quantity. */
  readonly bodyHash: string;
}

export type AcceptedOrder = Pick<
  Order,
  | 'orderId'
  | 'reservationId'
  | 'userId'
  | 'productId'
  | 'quantity'
  | 'unitPrice'
  | 'amount'
  | 'status'
  | 'version'
  | 'createdAt'
>;

export type AcceptOutcome = { readonly reservationId: string } & (
  | {
      readonly kind: 'new';
      readonly order: AcceptedOrder;
      /** Of its reservation event, version 1. */ readonly eventId: string;
    }
  /** There is an order already, perhaps a final one: the caller compares user and body. */
  | {
      readonly kind: 'known';
      readonly order: AcceptedOrder;
      readonly userId: string;
      readonly bodyHash: string;
    }
  /** The id ended without an order (swept or refused): a new key is needed. The hold may be given back. */
  | { readonly kind: 'ended' }
  /** The hold was made under another epoch than the product now has: reserve again, once. */
  | { readonly kind: 'stale'; readonly epoch: number }
  /** Nothing left. A final row was written, so the hold may be given back. */
  | { readonly kind: 'no-units' }
  /** Another transaction wrote this id in the same moment: submit once more. */
  | { readonly kind: 'again' }
  | { readonly kind: 'unknown-product' }
  /** Postgres cannot take this row, whatever its neighbours are. Nothing was written. */
  | { readonly kind: 'rejected'; readonly reason: string }
);

/** Why Postgres would not take a row, judged without asking it; undefined when it looks fine. */
export function findRowProblem(row: AcceptRow): string | undefined {
  // Postgres answers in lower case; another spelling of the id would not be found again.
  if (!isUuid(row.reservationId) || row.reservationId !== row.reservationId.toLowerCase()) {
    return 'reservation id is not a lower-case UUID';
  }
  if (!isText(row.userId, LIMITS.userIdLength)) return 'user id is empty, too long or not storable text';
  if (!isText(row.productId, LIMITS.productIdLength))
    return 'product id is empty, too long or not storable text';
  if (!isCount(row.quantity, LIMITS.quantityPerOrder)) return 'quantity is out of range';
  if (!isCount(row.unitPrice.amountMinor, LIMITS.priceMinor)) return 'unit price is out of range';
  if (!/^[A-Z]{3}$/.test(row.unitPrice.currency)) return 'currency is not an ISO 4217 code';
  if (!isCount(row.epoch, Number.MAX_SAFE_INTEGER)) return 'epoch is out of range';
  if (!/^[\x21-\x7e]{1,128}$/.test(row.bodyHash)) return 'body hash is not printable text';
  return undefined;
}

/** U+0000 is the one character that Postgres text cannot hold. Length in code points, as Postgres counts. */
function isText(text: string, length: number): boolean {
  return text !== '' && text.length <= length * 2 && [...text].length <= length && !text.includes('\0');
}

function isCount(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}
