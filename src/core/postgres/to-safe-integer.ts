/** Reads the text that `pg` gives for bigint, numeric and count(): explicitly, never by a global parser. */
import { AppError } from '../errors.js';

/** @throws AppError INTERNAL for a value that a number cannot hold exactly */
export function toSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new AppError('INTERNAL', `"${text}" from the database is not a safe integer`);
  return value;
}
