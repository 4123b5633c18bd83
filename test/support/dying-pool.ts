/** A process that dies between two steps: one statement, and nothing after it. */
import type { Pool } from '../../src/core/postgres/create-pool.js';

export interface DyingPool {
  readonly pool: Pool;
  /** A test asserts that its fault fired. */
  readonly died: boolean;
}

/** @param moment `before` the statement with this fragment reaches Postgres, or `after` it has committed */
export function dyingAt(pool: Pool, moment: 'before' | 'after', fragment: string): DyingPool {
  let died = false;
  const query: Pool['query'] = async (given, values) => {
    if (died) throw new Error('this process is dead');
    const hit = (typeof given === 'string' ? given : given.text).includes(fragment);
    if (hit && moment === 'before') {
      died = true;
      throw new Error(`died before ${fragment}`);
    }
    const result = await pool.query(given, values);
    if (hit) {
      died = true;
      throw new Error(`died after ${fragment}`);
    }
    return result as never;
  };
  return {
    pool: { ...pool, query },
    get died() {
      return died;
    },
  };
}
