/** Lets one process at a time load a product into Redis. */
import type { Pool } from './create-pool.js';
import type { Db } from './db.js';
import { withTransaction } from './with-transaction.js';

/** Well below the pause after which the server ends an idle transaction, and the lock with it. */
const TOUCH_MS = 2_000;

/** By pool: how many more may hold a lock now, and who waits for that. */
const places = new WeakMap<Pool, { free: number; readonly waiting: (() => void)[] }>();

/**
 * A holder keeps one connection while its work waits for others of the same pool. Were all of them kept like that,
 * every holder would wait for ever; so at most half are.
 */
async function withPlace<T>(pool: Pool, hold: () => Promise<T>): Promise<T> {
  const place = places.get(pool) ?? { free: Math.max(1, pool.max >> 1), waiting: [] };
  places.set(pool, place);
  if (place.free > 0) place.free -= 1;
  else await new Promise<void>((go) => place.waiting.push(go));
  try {
    return await hold();
  } finally {
    // The place is passed on, not freed, so that nobody slips in between.
    const next = place.waiting.shift();
    if (next) next();
    else place.free += 1;
  }
}

/**
 * Runs `work` while holding the product's load lock. The lock ends with its connection, so a process that dies in the
 * middle leaves it to the others at once. It only spares double work: what makes loading safe is the epoch. Takes a
 * second connection of the pool beside those of `work`, and waits while half of the pool is taken so.
 * @returns undefined when somebody else holds the lock: nothing was done
 * @throws AppError UNAVAILABLE, and whatever `work` throws
 */
export function withLoadLock<T>(
  pool: Pool,
  productId: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const hold = async (db: Db): Promise<T | undefined> => {
    const { rows } = await db.query<{ locked: boolean }>({
      text: `select pg_try_advisory_xact_lock(hashtext('ordersctl load'), hashtext($1)) as locked`,
      values: [productId],
    });
    if (rows[0]?.locked !== true) return undefined;
    const touching = setInterval(() => void db.query('select 1').catch(() => undefined), TOUCH_MS);
    try {
      return await work();
    } finally {
      clearInterval(touching);
    }
  };
  return withPlace(pool, () => withTransaction(pool, hold));
}
