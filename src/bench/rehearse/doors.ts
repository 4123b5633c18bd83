/** The products of a rehearsal: seeded behind closed doors, opened at one moment, closed again. Through the same services as the commands. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CatalogDeps } from '../../core/catalog/catalog-deps.js';
import { changeSale } from '../../core/catalog/change-sale.js';
import type { SaleIntent } from '../../core/catalog/plan-sale-change.js';
import { seedPrices } from '../../core/catalog/seed-prices.js';
import { seedStock } from '../../core/catalog/seed-stock.js';
import { AppError } from '../../core/errors.js';
import type { Goods } from './goods.js';

export interface Doorkeeper {
  readonly actor: string;
  readonly host: string;
  readonly reason?: string;
}

export interface SaleRules {
  readonly maxPerOrder: number;
  readonly maxPerCustomer: number;
}

export interface Doors {
  /** Stock, prices and limits; nobody can buy yet. @throws AppError as the services do */
  seed(): Promise<void>;
  open(): Promise<void>;
  close(): Promise<void>;
}

const TRIES = 10;
const PAUSE_MS = 300;

/** @param rules null: without limits */
export function createDoors(
  deps: CatalogDeps,
  goods: readonly Goods[],
  rules: SaleRules | null,
  keeper: Doorkeeper,
): Doors {
  const common = { ...keeper, dryRun: false };
  const productIds = goods.map(({ productId }) => productId);

  /** A connection that has just lost its server needs a moment; the same change again does the rest. */
  async function change(intent: SaleIntent): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const { unavailable } = await changeSale(deps, { ...common, productIds, intent });
      if (!unavailable) return;
      if (attempt === TRIES) throw redisAway();
      await delay(PAUSE_MS);
    }
  }

  return {
    async seed() {
      await seedGoods(deps, goods, keeper, { closed: true });
      if (rules) await change({ kind: 'set', change: rules });
    },
    open: () => change({ kind: 'open', evenClosed: true }),
    close: () => change({ kind: 'close' }),
  };
}

/** Seeds stock and prices. @param options.closed nobody can buy yet. @throws AppError as the services do */
export async function seedGoods(
  deps: CatalogDeps,
  goods: readonly Goods[],
  keeper: Doorkeeper,
  { closed }: { readonly closed: boolean },
): Promise<void> {
  const common = { ...keeper, dryRun: false };
  const stock = goods.map(({ productId, quantity }) => ({ productId, quantity }));
  const seeding = { operationId: randomUUID(), mode: 'seed', rows: stock, closed } as const;
  const seeded = await seedStock(deps, { ...common, ...seeding });
  const prices = goods.map(({ productId, price }) => ({ productId, price }));
  const priced = await seedPrices(deps, { ...common, rows: prices });
  if (seeded.unavailable ?? priced.unavailable) throw redisAway();
}

function redisAway(): AppError {
  return new AppError('UNAVAILABLE', 'Redis does not answer', {
    hint: 'Check REDIS_URL and that Redis runs; locally: ordersctl dev status',
  });
}
