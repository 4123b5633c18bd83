/** Which orders a report is about, in the words of its statements. */
import { VISIBLE } from '../order-row.js';

/** Accepted within these moments, both included. */
export interface OrderScope {
  readonly productIds: readonly string[];
  readonly since: Date;
  readonly until: Date;
}

/** A condition on `orders o` for the parameters $1 to $3 of `scopeValues`. */
export const IN_SCOPE = `o.product_id = any($1::text[]) and o.created_at between $2 and $3 and o.${VISIBLE}`;

export function scopeValues({ productIds, since, until }: OrderScope): unknown[] {
  return [productIds, since, until];
}
