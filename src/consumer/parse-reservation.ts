/** Reads one message of `orders.reservations`: what is in it, or why it cannot be used. */
import { z } from 'zod';
import { reservationEventSchema, SCHEMA_VERSION, type ReservationEvent } from '../core/kafka/events.js';

export type ParsedReservation =
  | { readonly kind: 'reservation'; readonly event: ReservationEvent }
  /** Written by a newer producer in a form this binary does not know: for a newer consumer, not for the dead letters. */
  | { readonly kind: 'newer'; readonly schemaVersion: number }
  | { readonly kind: 'bad'; readonly reason: 'NOT_JSON' | 'INVALID'; readonly detail: string };

const versionSchema = z.object({ schemaVersion: z.int() });

export function parseReservation(value: Buffer | null): ParsedReservation {
  let json: unknown;
  try {
    json = JSON.parse(value?.toString('utf8') ?? '');
  } catch (error) {
    return {
      kind: 'bad',
      reason: 'NOT_JSON',
      detail: error instanceof Error ? error.message : String(error),
    };
  }
  const version = versionSchema.safeParse(json);
  if (version.success && version.data.schemaVersion > SCHEMA_VERSION) {
    return { kind: 'newer', schemaVersion: version.data.schemaVersion };
  }
  const parsed = reservationEventSchema.safeParse(json);
  if (parsed.success) return { kind: 'reservation', event: parsed.data };
  return { kind: 'bad', reason: 'INVALID', detail: z.prettifyError(parsed.error).replaceAll('\n', ' ') };
}
