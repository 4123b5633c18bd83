-- oldest-binary: 0.1.0
-- Prices and activity also come from product.events: of two sources, what happened later stays.

-- Price and activity are dated apart: a price command, or an event about the price alone, says nothing of whether the
-- product is active, and must not make an older DEACTIVATED that is still on its way look out of date.
-- The *_by are the digests of the events that happened at that very moment: two of one millisecond are both applied, and
-- neither again when it is read again.
alter table products
  add column priced_by text[] not null default '{}',
  add column switched_at timestamptz,
  add column switched_by text[] not null default '{}';

-- As in 0006, and two things more. A price that is the same is said anew: an event from before this moment is older
-- than it. And the moment never goes back: it may be that of an event from a host whose clock runs ahead, and that
-- event would be applied once more.
create or replace function seed_prices(p_product_ids text[], p_prices bigint[], p_currencies text[], p_apply boolean)
returns table (product_id text, price_before bigint, currency_before text, revision bigint, outcome text)
language plpgsql as $$
#variable_conflict use_column
begin
  perform 1 from products p where p.product_id = any(p_product_ids) order by p.product_id for no key update;
  return query
  with planned as (
    select t.product_id, t.price, t.currency, p.price_minor as price_before, p.currency::text as currency_before,
      coalesce(p.revision, 0) as revision,
      case
        when p.price_minor is null then 'created'
        when (p.price_minor, p.currency::text) = (t.price, t.currency) then 'unchanged'
        else 'changed'
      end as outcome
    from unnest(p_product_ids, p_prices, p_currencies) as t(product_id, price, currency)
    left join products p on p.product_id = t.product_id
  ),
  written as (
    insert into products as p (product_id, name, price_minor, currency, priced_at)
    select n.product_id, n.product_id, n.price, n.currency, now() from planned n
    where p_apply
    order by n.product_id
    on conflict (product_id) do update set price_minor = excluded.price_minor, currency = excluded.currency,
      priced_by = case when p.priced_at >= excluded.priced_at then p.priced_by else '{}' end,
      priced_at = greatest(p.priced_at, excluded.priced_at),
      revision = p.revision
        + case when (p.price_minor, p.currency) is distinct from (excluded.price_minor, excluded.currency) then 1 else 0 end,
      updated_at = now()
    returning p.product_id, p.revision
  )
  select n.product_id, n.price_before, n.currency_before, coalesce(w.revision, n.revision), n.outcome
  from planned n left join written w on w.product_id = n.product_id
  order by n.product_id;
end $$;
