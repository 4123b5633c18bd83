/** Whatever a rehearsal may have left in Postgres and Redis, table by table and key by key. */
import type { Space } from './space.js';

const TABLES = ['products', 'stock', 'stock_movements', 'sales', 'orders', 'role_stats'] as const;

/** @param run null: of any. @returns what was found; empty for none */
export async function findTraces(
  { pool, redis, prefix }: Pick<Space, 'pool' | 'redis' | 'prefix'>,
  run: string,
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  const count = async (name: string, text: string) => {
    const { rows } = await pool.query<{ count: string }>(text, [`rehearsal-${run}-%`]);
    if (rows[0] && rows[0].count !== '0') found[name] = Number(rows[0].count);
  };
  for (const table of TABLES) await count(table, `select count(*) from ${table} where product_id like $1`);
  await count('users', `select count(*) from orders where user_id like '%' || $1`);
  // Of orders that are gone.
  for (const table of ['order_events', 'payments'])
    await count(
      table,
      `select count(*) from ${table} t where $1 <> '' and not exists (select from orders o where o.order_id = t.order_id)`,
    );
  for await (const keys of redis.scanStream({
    match: `${prefix}:*rehearsal-${run}-*`,
    count: 1_000,
  }) as AsyncIterable<string[]>)
    for (const key of keys) found[key] = 1;
  return found;
}
