/** Who comes to a demo: a crowd at the door, and then others for as long as there are buyers. */
import type { CrowdOptions } from '../load/crowd.js';
import type { Goods } from '../rehearse/goods.js';
import type { PaymentRules } from '../rehearse/observations.js';
import { OWN_RULES } from '../rehearse/names.js';

/** Of the roles that the demo runs; longer to pay than the demo lasts. */
export const DEMO_RULES: PaymentRules = {
  declinedPrefix: OWN_RULES.declined,
  latePrefix: null,
  othersMayBeDeclined: false,
  payWithinMs: 900_000,
};

/** Buyers a second on average; few buyers come all the same within some seconds, not at once. */
const BUYERS_PER_SECOND = 200;
const SHORTEST_MS = 3_000;
/** The crowd at the door: this share comes within the first part of the sale. */
const RUSH = { share: 0.3, within: 0.12 } as const;

export function crowdOfDemo(
  { buyers, seed }: { readonly buyers: number; readonly seed: number },
  goods: readonly Goods[],
): CrowdOptions {
  const durationMs = Math.max(SHORTEST_MS, (buyers * 1_000) / BUYERS_PER_SECOND);
  return {
    ...{ seed, buyers, durationMs },
    rush: Math.round(buyers * RUSH.share),
    rushMs: durationMs * RUSH.within,
    rampMs: 0,
    products: goods.map(({ productId, weight }) => ({ productId, weight })),
    who: 'buyer-',
    declinedPrefix: DEMO_RULES.declinedPrefix,
    latePrefix: null,
    shares: { abandon: 0, late: 0, cheat: 0 },
    tooLate: false,
  };
}
