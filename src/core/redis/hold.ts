/** A hold: units set aside in Redis for one reservation, and the one text form in which it is stored there. */
import { AppError } from '../errors.js';
import type { Money } from '../money.js';

export interface Hold {
  readonly reservationId: string;
  readonly productId: string;
  readonly userId: string;
  readonly quantity: number;
  /** The price at the moment of reserving; the order keeps it. */
  readonly unitPrice: Money;
  /** Epoch of the load under which the units were taken (I12). */
  readonly epoch: number;
  readonly bodyHash: string;
  /** By Redis TIME. */
  readonly reservedAt: Date;
  /** 0 from `reserve`, raised by each late claim. */
  readonly generation: number;
}

/** Digits first and the user id last, because a user id may hold any character, the separator included. */
const STORED = /^(\d+)\|(\d+)\|([A-Z]{3})\|(\d+)\|([^|]*)\|(\d+)\|(\d+)\|(.*)$/s;

/** @throws AppError INTERNAL when the text is not a hold */
export function parseHold(productId: string, reservationId: string, stored: string): Hold {
  const match = STORED.exec(stored);
  if (!match) {
    throw new AppError('INTERNAL', `the hold ${reservationId} of ${productId} is not readable`, {
      context: { productId, reservationId },
    });
  }
  const [, quantity, amountMinor, currency, epoch, bodyHash, reservedAt, generation, userId] = match;
  return {
    reservationId,
    productId,
    userId: userId ?? '',
    quantity: Number(quantity),
    unitPrice: { amountMinor: Number(amountMinor), currency: currency ?? '' },
    epoch: Number(epoch),
    bodyHash: bodyHash ?? '',
    reservedAt: new Date(Number(reservedAt)),
    generation: Number(generation),
  };
}

/** The inverse of parseHold; `reserve` writes the same form in Lua. */
export function formatHold(hold: Omit<Hold, 'reservationId' | 'productId'>): string {
  return [
    hold.quantity,
    hold.unitPrice.amountMinor,
    hold.unitPrice.currency,
    hold.epoch,
    hold.bodyHash,
    hold.reservedAt.getTime(),
    hold.generation,
    hold.userId,
  ].join('|');
}
