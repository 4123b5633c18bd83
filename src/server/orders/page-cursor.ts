/** The opaque cursor of `GET /orders`: where the next page begins. */
import { z } from 'zod';
import { AppError } from '../../core/errors.js';

export interface PagePosition {
  readonly createdAt: Date;
  readonly orderId: string;
}

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

export function formatCursor(last: PagePosition): string {
  return Buffer.from(JSON.stringify([last.createdAt.toISOString(), last.orderId])).toString('base64url');
}

/** @throws AppError INPUT_INVALID for anything that `formatCursor` did not make */
export function parseCursor(cursor: string): PagePosition {
  try {
    const [createdAt, orderId] = cursorSchema.parse(
      JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')),
    );
    return { createdAt: new Date(createdAt), orderId };
  } catch (error) {
    throw new AppError('INPUT_INVALID', 'cursor: not one that this API has given out.', { cause: error });
  }
}
