/** Reads one message of `orders.reservations`. */
import { reservationEventSchema, type ReservationEvent } from '../core/kafka/events.js';
import { parseMessage, type ParsedMessage } from './parse-message.js';

export type ParsedReservation =
  | { readonly kind: 'reservation'; readonly event: ReservationEvent }
  | Exclude<ParsedMessage<ReservationEvent>, { kind: 'event' }>;

export function parseReservation(value: Buffer | null): ParsedReservation {
  const parsed = parseMessage(value, reservationEventSchema);
  return parsed.kind === 'event' ? { kind: 'reservation', event: parsed.event } : parsed;
}
