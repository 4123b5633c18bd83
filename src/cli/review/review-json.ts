/** An order that waits for a person, as scripts see it. */
import type { Review } from '../../core/postgres/find-reviews.js';
import { resolutionsOf } from '../../core/review/causes.js';

export function toReviewJson({ order, cause, reason, refused }: Review) {
  const { orderId, productId, userId, quantity, amount, status, paid, refund, createdAt } = order;
  return {
    orderId,
    cause,
    reason,
    resolutions: resolutionsOf(cause, refused.length > 0),
    refused,
    ...{ productId, userId, quantity, amount, status, paid, refund, createdAt },
  };
}
