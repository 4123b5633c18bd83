/** What "Redis does not know this product" means: it does not exist, or Redis has lost it. */
import type { AppError } from '../../core/errors.js';
import type { Db } from '../../core/postgres/db.js';
import { findProducts } from '../../core/postgres/find-products.js';
import { refuse } from '../../core/refusal.js';

/** Short, so that a product seeded just now is found; long enough that a flood of one id is one statement a second. */
const REMEMBERED_MS = 1_000;
/** Also a flood of ever new ids costs bounded memory and bounded statements. */
const REMEMBERED_IDS = 10_000;
const LOOKUPS_AT_ONCE = 64;

export interface ExplainNotLoaded {
  /** @returns PRODUCT_NOT_FOUND, or REBUILDING for a product that Postgres has stock of, or OVERLOADED */
  (productId: string): Promise<AppError>;
}

type Meaning = 'unknown' | 'lost';

/**
 * One look-up for all who ask for the same id at the same time, and for a second afterwards.
 * @param onLost told of every answer REBUILDING; returns at once
 */
export function createExplainNotLoaded(
  db: Db,
  onLost: (productId: string) => void = () => undefined,
): ExplainNotLoaded {
  const remembered = new Map<string, { meaning: Promise<Meaning>; until: number }>();
  let running = 0;

  async function lookUp(productId: string): Promise<Meaning> {
    running += 1;
    try {
      const [product] = await findProducts(db, [productId]);
      return product?.stock ? 'lost' : 'unknown';
    } finally {
      running -= 1;
    }
  }

  function meaningOf(productId: string): Promise<Meaning> | undefined {
    const now = performance.now();
    const known = remembered.get(productId);
    if (known && known.until > now) return known.meaning;
    if (running >= LOOKUPS_AT_ONCE) return undefined;
    if (remembered.size >= REMEMBERED_IDS) remembered.clear();
    const meaning = lookUp(productId);
    remembered.set(productId, { meaning, until: now + REMEMBERED_MS });
    // A failed look-up is no answer to remember.
    meaning.catch(() => remembered.delete(productId));
    return meaning;
  }

  return async (productId) => {
    const meaning = await meaningOf(productId);
    switch (meaning) {
      case undefined:
        return refuse('OVERLOADED', 'too many look-ups of unknown products');
      case 'unknown':
        return refuse('PRODUCT_NOT_FOUND', `There is no product "${productId}" on sale.`);
      case 'lost':
        onLost(productId);
        return refuse('REBUILDING', `Redis does not hold ${productId}, which Postgres has stock of`);
    }
  };
}
