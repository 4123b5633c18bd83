/** Hands an order to a person: something about it that no retry will mend, such as a refund that fails for good. */
import type { Db } from './db.js';

/** @param reason a sentence; null takes the flag away. @returns false for an unknown order */
export async function flagForReview(db: Db, orderId: string, reason: string | null): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'flag_for_review',
    // Said again it changes nothing, so that who goes by the age of the last change still finds the order.
    text: `update orders set review_reason = $2,
             updated_at = case when review_reason is distinct from $2 then now_ms() else updated_at end
           where order_id = $1 and status not in ('ABANDONED', 'REFUSED')`,
    values: [orderId, reason],
  });
  return rowCount === 1;
}
