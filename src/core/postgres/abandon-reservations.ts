/** Decides about holds whose order never came, by the row of their reservation id (design: the sweep). */
import type { Db } from './db.js';
import { isUuid } from './is-uuid.js';
import { splitOnDataError } from './split-on-data-error.js';

/** A hold as it was found in Redis. */
export interface FoundHold {
  readonly reservationId: string;
  readonly userId: string;
  readonly productId: string;
  readonly quantity: number;
  readonly epoch: number;
  readonly bodyHash: string;
}

/** `release`: give the units back. `settle`: they are sold. `leave`: a live order needs the hold. */
export interface HoldVerdict {
  readonly verdict: 'release' | 'settle' | 'leave';
  /** Of the row; 0 for one made here. */
  readonly generation: number;
}

/**
 * Commits an ABANDONED row for every reservation id without a row, then decides by the row found: an accept that
 * comes late loses on the unique index (I1, I8).
 * A hold that cannot be a row (damaged) is left alone, and harms no other.
 * @param db the pool, never a transaction: a verdict holds only once its row is committed
 * @param holds unique by reservation id
 */
export async function abandonReservations(
  db: Db,
  holds: readonly FoundHold[],
): Promise<Map<string, HoldVerdict>> {
  const verdicts = new Map<string, HoldVerdict>();
  const leave = (hold: FoundHold) => verdicts.set(hold.reservationId, { verdict: 'leave', generation: 0 });
  const sound = holds.filter((hold) => {
    const isSound = isUuid(hold.reservationId) && hold.reservationId === hold.reservationId.toLowerCase();
    if (!isSound) leave(hold);
    return isSound;
  });
  await splitOnDataError(sound, (rows) => abandon(db, rows, verdicts), leave);
  return verdicts;
}

async function abandon(
  db: Db,
  holds: readonly FoundHold[],
  verdicts: Map<string, HoldVerdict>,
): Promise<void> {
  const { rows } = await db.query<HoldVerdict & { reservation_id: string }>({
    name: 'abandon_reservations',
    text: 'select reservation_id, verdict, generation from abandon_reservations($1, $2, $3, $4, $5, $6)',
    values: [
      holds.map((hold) => hold.reservationId),
      holds.map((hold) => hold.userId),
      holds.map((hold) => hold.productId),
      holds.map((hold) => hold.quantity),
      holds.map((hold) => hold.epoch),
      holds.map((hold) => hold.bodyHash),
    ],
  });
  for (const row of rows)
    verdicts.set(row.reservation_id, { verdict: row.verdict, generation: row.generation });
}
