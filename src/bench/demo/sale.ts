/** One sale on running roles: buyers come, perhaps a role is killed, and somebody watches. */
import { createApiClient } from '../load/http-client.js';
import { planBuyers } from '../load/buyers-plan.js';
import { runBuyers } from '../load/run-buyers.js';
import { createTally, type Tally } from '../load/tally.js';
import { createTokens } from '../load/tokens.js';
import { warmUp } from '../load/warm-up.js';
import type { Role } from '../../core/names.js';
import type { Goods } from './goods.js';
import { killAndRestart } from './kill-role.js';
import type { DemoReport } from './report.js';
import type { Roles } from './roles.js';

/** User ids that begin with this have their payments declined. */
export const DECLINED_PREFIX = 'declined-';

export interface SaleOptions {
  readonly roles: Roles;
  readonly jwtSecret: string;
  readonly goods: readonly Goods[];
  readonly buyers: number;
  readonly units: number;
  readonly seed: number;
  readonly kill: Role | undefined;
  readonly signal: AbortSignal;
  /** About once a second. */
  readonly onProgress: (tally: Tally, elapsedMs: number) => void;
}

export interface SaleOutcome {
  readonly tally: Tally;
  readonly killed: DemoReport['killed'];
  readonly elapsedMs: number;
}

/** Buyers a second on average; few buyers come all the same within some seconds, not at once. */
const BUYERS_PER_SECOND = 200;
const SHORTEST_MS = 3_000;
const PROGRESS_MS = 1_000;

/** Resolves when every buyer is done and a killed role is back. */
export async function holdSale(options: SaleOptions): Promise<SaleOutcome> {
  const { roles, goods, buyers, units, signal } = options;
  const durationMs = Math.max(SHORTEST_MS, (buyers * 1_000) / BUYERS_PER_SECOND);
  const products = goods.map(({ productId, weight }) => ({ productId, weight }));
  const plan = planBuyers({
    seed: options.seed,
    buyers,
    durationMs,
    products,
    declinedPrefix: DECLINED_PREFIX,
  });
  const client = createApiClient(roles.api);
  const tally = createTally();
  const token = createTokens(options.jwtSecret);
  await warmUp(client, await token('nobody'));
  const openedAt = performance.now();
  const progress = setInterval(() => options.onProgress(tally, performance.now() - openedAt), PROGRESS_MS);
  try {
    const [killed] = await Promise.all([
      options.kill === undefined
        ? null
        : killAndRestart({ role: options.kill, roles, tally, units, latestMs: durationMs / 2, signal }),
      runBuyers({ client, token, signal }, plan, tally),
    ]);
    return { tally, killed, elapsedMs: performance.now() - openedAt };
  } finally {
    clearInterval(progress);
    client.close();
  }
}
