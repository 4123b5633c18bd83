/** Name, price and activity of products, as product events left them. */
import { assertUnique } from './assert-unique.js';
import type { Db } from './db.js';
import type { DatedProduct } from './lock-dated-products.js';

/**
 * Makes products that do not exist yet. Only another price or activity raises the revision: a new name is nothing to
 * Redis.
 * @param products unique; locked by `lockDatedProducts` in this transaction
 */
export async function putProducts(db: Db, products: readonly DatedProduct[]): Promise<void> {
  assertUnique(products.map(({ productId }) => productId));
  if (products.length === 0) return;
  await db.query({
    text: `insert into products as p (product_id, name, price_minor, currency, active, priced_at, priced_by,
             switched_at, switched_by)
           select n.product_id, n.name, n.price_minor, n.currency, n.active,
             n.priced_at, string_to_array(n.priced_by, ','), n.switched_at, string_to_array(n.switched_by, ',')
           from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::boolean[], $6::timestamptz[], $7::text[],
             $8::timestamptz[], $9::text[]) as n(product_id, name, price_minor, currency, active, priced_at, priced_by,
             switched_at, switched_by)
           order by n.product_id
           on conflict (product_id) do update set
             name = excluded.name, price_minor = excluded.price_minor, currency = excluded.currency,
             active = excluded.active,
             priced_at = excluded.priced_at, priced_by = excluded.priced_by,
             switched_at = excluded.switched_at, switched_by = excluded.switched_by,
             revision = p.revision
               + case when (p.price_minor, p.currency, p.active)
                   is distinct from (excluded.price_minor, excluded.currency, excluded.active) then 1 else 0 end,
             updated_at = now()`,
    values: [
      products.map(({ productId }) => productId),
      products.map(({ name }) => name),
      products.map(({ price }) => price?.amountMinor ?? null),
      products.map(({ price }) => price?.currency ?? null),
      products.map(({ active }) => active),
      products.map(({ priced }) => priced?.at ?? null),
      products.map(({ priced }) => priced?.by.join(',') ?? ''),
      products.map(({ switched }) => switched?.at ?? null),
      products.map(({ switched }) => switched?.by.join(',') ?? ''),
    ],
  });
}
