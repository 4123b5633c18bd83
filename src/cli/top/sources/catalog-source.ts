/** Postgres once more: sales, orders that stand still, and what operators did. Apart from the figures, so that neither waits for the other. */
import type { ConfigWith } from '../../../core/config/require-settings.js';
import type { Log } from '../../../core/log.js';
import { countTroubledOrders } from '../../../core/postgres/count-troubled-orders.js';
import { findRecentActions, type RecentAction } from '../../../core/postgres/find-recent-actions.js';
import { findSaleStates, type StoredSaleState } from '../../../core/postgres/find-sale-states.js';
import { readClock } from '../../../core/postgres/read-clock.js';
import { STUCK_AFTER_MS } from '../state/attention.js';
import type { ActionLine, SaleLine } from '../state/details.js';
import { actionText } from './action-text.js';
import type { TopSource } from './top-source.js';
import { createWatchPool } from './watch-pool.js';

/** One statement after the other: this look is never in a hurry. */
const CONNECTIONS = 1;
const SALES_AT_MOST = 1_000;
const TROUBLED_AT_MOST = 500;
const ACTIONS_AT_MOST = 20;

/** @param productIds only these; all when empty */
export function createCatalogSource(
  config: ConfigWith<'databaseUrl'>,
  productIds: readonly string[],
  log: Log,
): TopSource {
  const pool = createWatchPool(config, CONNECTIONS, log);
  const only = productIds.length === 0 ? undefined : productIds;
  return {
    name: 'catalog',
    async poll() {
      const clock = (await readClock(pool)).getTime();
      const sales = await findSaleStates(pool, { productIds: only, limit: SALES_AT_MOST });
      const troubled = await countTroubledOrders(pool, {
        olderThanMs: STUCK_AFTER_MS,
        limit: TROUBLED_AT_MOST,
        productIds: only,
      });
      const actions = await findRecentActions(pool, ACTIONS_AT_MOST);
      return {
        source: 'catalog',
        look: { clock, sales: sales.map(toLine), troubled, actions: actions.map(toActionLine) },
      };
    },
    close: () => pool.end(),
  };
}

function toLine({ productId, state, opensAt, closesAt, changedAt }: StoredSaleState): SaleLine {
  return {
    productId,
    state,
    opensAt: opensAt?.getTime() ?? null,
    closesAt: closesAt?.getTime() ?? null,
    changedAt: changedAt?.getTime() ?? null,
  };
}

function toActionLine(action: RecentAction): ActionLine {
  return { actionId: action.actionId, at: action.at.getTime(), text: actionText(action) };
}
