/** The units of products, as operators set them. */
import { LIMITS } from '../order.js';
import { assertUnique } from './assert-unique.js';
import type { Db } from './db.js';
import { toSafeInteger } from './to-safe-integer.js';

export interface StockSeeding {
  /** Applied once: a retry under the same id changes nothing. */
  readonly operationId: string;
  /** `seed` and `replace` set the units, `add` and `remove` move them; `replace` also where units are claimed. */
  readonly mode: 'seed' | 'add' | 'remove' | 'replace';
  /** Unique by product. */
  readonly rows: readonly { readonly productId: string; readonly quantity: number }[];
  readonly actor: string;
  readonly reason?: string;
  /** Only says what would be. */
  readonly dryRun?: boolean;
}

export type SeedOutcome =
  | 'created'
  | 'changed'
  | 'unchanged'
  /** `seed` of other units than before while some are claimed. */
  | 'refused-live'
  | 'refused-below-claimed'
  | 'refused-above-limit'
  /** The operation id was used for another change. */
  | 'refused-operation-id';

export interface SeededStock {
  readonly productId: string;
  readonly before: number | null;
  /** Now; the old figure where refused, 0 where there is none. */
  readonly seeded: number;
  readonly claimed: number;
  readonly epoch: number;
  readonly outcome: SeedOutcome;
}

interface Row {
  readonly product_id: string;
  readonly before: number | null;
  readonly seeded: number | null;
  readonly claimed: number;
  readonly epoch: string;
  readonly outcome: SeedOutcome;
}

/**
 * All rows or none: when any outcome is a refusal nothing was changed, and the other outcomes say what would have been.
 * @throws AppError INPUT_INVALID for a product that occurs twice
 */
export async function seedStock(db: Db, seeding: StockSeeding): Promise<SeededStock[]> {
  const productIds = seeding.rows.map((row) => row.productId);
  assertUnique(productIds);
  if (productIds.length === 0) return [];
  const { rows } = await db.query<Row>({
    name: 'seed_stock',
    text: `select product_id, before, seeded, claimed, epoch, outcome
           from seed_stock($1, $2, $3::text[], $4::integer[], $5, $6, $7, $8)`,
    values: [
      seeding.operationId,
      seeding.mode,
      productIds,
      seeding.rows.map((row) => row.quantity),
      LIMITS.stockPerProduct,
      seeding.actor,
      seeding.reason ?? null,
      seeding.dryRun !== true,
    ],
  });
  return rows.map((row) => ({
    productId: row.product_id,
    before: row.before,
    seeded: row.seeded ?? 0,
    claimed: row.claimed,
    epoch: toSafeInteger(row.epoch),
    outcome: row.outcome,
  }));
}
