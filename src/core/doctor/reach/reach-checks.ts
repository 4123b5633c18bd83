/** One line for each store: does it answer, and how fast. */
import { STORES, type StoreName } from '../../partial-answer.js';
import type { Check } from '../check.js';
import { judgeReach } from './judge-reach.js';
import { STORE_TITLES } from './reach.js';

const reachCheck = (store: StoreName): Check => ({
  id: `reach.${store}`,
  title: STORE_TITLES[store],
  needs: [store],
  look: ({ reaches }) => judgeReach(store, reaches.get(store)),
});

export const REACH_CHECKS: readonly Check[] = STORES.map(reachCheck);
