/** Whether Redis holds every product, under the epoch that Postgres has. */
import type { LoadState, LookedAt } from '../../catalog/look-at-loads.js';
import type { Check } from '../check.js';
import { countOf, nameSome } from '../name-some.js';
import { failed, ok, type Verdict } from '../verdict.js';
import { loadsLook } from './product-looks.js';

export const LOAD_TEXT: Readonly<Record<Exclude<LoadState, 'in-step'>, string>> = {
  'not-loaded': 'not loaded',
  'other-epoch': 'loaded under another epoch, so its orders are refused',
  'other-server': 'loaded before Redis restarted or failed over',
};

function judgeLoaded(loads: readonly LookedAt[]): Verdict {
  const wrong = loads.filter(({ state }) => state !== 'in-step');
  if (wrong.length === 0) return ok(`${countOf(loads.length, 'product')} loaded`);
  const states = [...new Set(wrong.map(({ state }) => state))];
  const parts = states.flatMap((state) => {
    if (state === 'in-step') return [];
    const names = wrong.filter((one) => one.state === state).map(({ productId }) => productId);
    return [`${LOAD_TEXT[state]}: ${nameSome(names)}`];
  });
  const remedy = wrong.length === 1 ? `ordersctl restore ${wrong[0]?.productId}` : 'ordersctl restore --all';
  return failed(parts.join('; '), remedy);
}

export const loaded: Check = {
  id: 'products.loaded',
  title: 'loaded in Redis',
  needs: ['tables', 'redis'],
  look: async (sources) => judgeLoaded(await sources.once(loadsLook)),
};
