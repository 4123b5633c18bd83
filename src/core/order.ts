/**
 * The domain's words and the one table of order states.
 *
 * reservation: one buyer's attempt, known by its id before anything happens. hold: units set aside for it in
 * Redis. claim: units taken for it in Postgres. held: units of orders not yet final. sold: units of confirmed
 * orders not restocked. available = seeded − claimed.
 */
import type { Money } from './money.js';

export const LIVE_STATUSES = [
  'PENDING',
  'INVENTORY_RESERVED',
  'PAYMENT_PENDING',
  'PAYMENT_CONFIRMED',
] as const;
export const FINAL_STATUSES = ['CONFIRMED', 'FAILED', 'CANCELLED', 'EXPIRED'] as const;
/** Rows that exist for the protocol only: they end a reservation id without ever having been an order. */
export const PROTOCOL_STATUSES = ['ABANDONED', 'REFUSED'] as const;
export const ORDER_STATUSES = [...LIVE_STATUSES, ...FINAL_STATUSES] as const;

export type FinalStatus = (typeof FINAL_STATUSES)[number];
export type OrderStatus = (typeof ORDER_STATUSES)[number];
export type RowStatus = OrderStatus | (typeof PROTOCOL_STATUSES)[number];
/** The endings that give the claim and the hold back. */
export type ReleasedStatus = Exclude<FinalStatus, 'CONFIRMED'>;

/**
 * Which statuses each status may follow. Every change of status is one `update … where status in (allowed)`.
 * Final states are never overwritten, with one exit: a late payment claims again and takes EXPIRED to
 * PAYMENT_CONFIRMED. Migration 0003 repeats this table in SQL; a test holds the two equal.
 */
export const ALLOWED_BEFORE: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: [],
  INVENTORY_RESERVED: ['PENDING'],
  PAYMENT_PENDING: ['INVENTORY_RESERVED'],
  PAYMENT_CONFIRMED: ['PAYMENT_PENDING', 'EXPIRED'],
  CONFIRMED: ['PAYMENT_CONFIRMED'],
  FAILED: LIVE_STATUSES,
  CANCELLED: LIVE_STATUSES,
  EXPIRED: LIVE_STATUSES,
};

export function isFinal(status: RowStatus): boolean {
  return !(LIVE_STATUSES as readonly string[]).includes(status);
}

/** Why an order ended without being confirmed, as the buyer may see it. */
export const FAILURE_CODES = [
  'PAYMENT_DECLINED',
  'PAYMENT_EXPIRED',
  'CANCELLED_BY_CUSTOMER',
  'CANCELLED_BY_OPERATOR',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** Money that goes, or went, back to the customer. It changes no status: a sale that was called off stays CONFIRMED. */
export interface OrderRefund {
  readonly status: 'DUE' | 'REFUNDED';
  /** Null while it is due. */
  readonly refundedAt: Date | null;
}

/** An order as every reader sees it. */
export interface Order {
  readonly orderId: string;
  readonly reservationId: string;
  readonly userId: string;
  readonly productId: string;
  readonly quantity: number;
  readonly unitPrice: Money;
  readonly amount: Money;
  readonly status: OrderStatus;
  /** Rises by one with every change; readers drop lower versions (I11). */
  readonly version: number;
  readonly failureCode: FailureCode | null;
  readonly paid: boolean;
  readonly payBy: Date | null;
  /** Of the sale, or of what was taken for an order that ended; null when nothing goes back. */
  readonly refund: OrderRefund | null;
  /** When the units of a sale that was called off were given back. */
  readonly restockedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Bounds of every field that a buyer or an operator can send; checked before anything is reserved. */
export const LIMITS = {
  productIdLength: 64,
  userIdLength: 128,
  idempotencyKeyLength: 200,
  quantityPerOrder: 10_000,
  stockPerProduct: 1_000_000_000,
  priceMinor: 100_000_000_000,
  /** Of one order, the saga's own first one included. */
  paymentAttempts: 10,
} as const;
