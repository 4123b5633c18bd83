/** Whether orders wait for a person's decision. */
import type { Cases } from '../../postgres/count-cases.js';
import type { Check } from '../check.js';
import { countOf } from '../name-some.js';
import { ok, warning, type Verdict } from '../verdict.js';
import { casesLook } from './cases-look.js';

function judgeReview({ review: count }: Cases): Verdict {
  if (count === 0) return ok('no order needs a person');
  return warning(`${countOf(count, 'order needs', 'orders need')} a person`, 'ordersctl review list');
}

export const review: Check = {
  id: 'orders.review',
  title: 'reviews',
  needs: ['tables'],
  look: async (sources) => judgeReview(await sources.once(casesLook)),
};
