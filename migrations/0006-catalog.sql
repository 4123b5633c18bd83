-- oldest-binary: 0.1.0
-- Stock and prices as operators set them: all rows of a call or none, and a second identical call changes nothing.

-- Sets (seed, replace) or moves (add, remove) the seeded units of products. When any row is refused, or p_apply is
-- false, nothing is written and the outcomes say what would have been:
--   created, changed, unchanged
--   refused-live            seed, and units are claimed: replace says that this is meant
--   refused-below-claimed   fewer units than are claimed (I1)
--   refused-above-limit     more than p_limit
--   refused-operation-id    the operation id was used for another change of this product
create function seed_stock(p_operation_id text, p_mode text, p_product_ids text[], p_quantities integer[],
  p_limit integer, p_actor text, p_reason text, p_apply boolean)
returns table (product_id text, before integer, seeded integer, claimed integer, epoch bigint, outcome text)
language plpgsql as $$
#variable_conflict use_column
begin
  -- One seeding at a time: two that create the same product at once would both believe that they did.
  perform pg_advisory_xact_lock(hashtextextended('ordersctl seed_stock', 0));
  perform 1 from stock s where s.product_id = any(p_product_ids) order by s.product_id for update;
  return query
  with input as (
    select * from unnest(p_product_ids, p_quantities) as t(product_id, quantity)
  ),
  targeted as (
    select i.*, s.product_id is not null as known, s.seeded as before, coalesce(s.claimed, 0) as claimed,
      coalesce(s.epoch, 1) as epoch, m.kind as done_kind, m.quantity as done_quantity,
      case p_mode
        when 'add' then coalesce(s.seeded, 0)::bigint + i.quantity
        when 'remove' then coalesce(s.seeded, 0)::bigint - i.quantity
        else i.quantity
      end as target
    from input i
    left join stock s on s.product_id = i.product_id
    left join stock_movements m on m.product_id = i.product_id and m.operation_id = p_operation_id
  ),
  planned as (
    select t.*,
      case
        when t.done_kind = p_mode and t.done_quantity = t.quantity then 'unchanged'
        when t.done_kind is not null then 'refused-operation-id'
        when t.target < t.claimed then 'refused-below-claimed'
        when t.target > p_limit then 'refused-above-limit'
        when not t.known then 'created'
        when t.target = t.before then 'unchanged'
        when p_mode = 'seed' and t.claimed > 0 then 'refused-live'
        else 'changed'
      end as outcome
    from targeted t
  ),
  applied as (
    select n.* from planned n
    where p_apply and n.outcome in ('created', 'changed')
      and not exists (select from planned x where x.outcome like 'refused-%')
  ),
  products_made as (
    insert into products (product_id, name) select a.product_id, a.product_id from applied a where a.outcome = 'created'
    on conflict (product_id) do nothing
  ),
  stock_made as (
    insert into stock (product_id, seeded) select a.product_id, a.target from applied a where a.outcome = 'created'
  ),
  stock_changed as (
    update stock s set seeded = a.target, updated_at = now()
    from applied a where a.outcome = 'changed' and s.product_id = a.product_id
  ),
  moved as (
    insert into stock_movements (operation_id, product_id, kind, quantity, delta, seeded_after, actor, reason)
    select p_operation_id, a.product_id, p_mode, a.quantity, a.target - coalesce(a.before, 0), a.target, p_actor,
      p_reason
    from applied a
  )
  select n.product_id, n.before,
    case when n.outcome in ('created', 'changed') then n.target else n.before end::integer,
    n.claimed, n.epoch, n.outcome
  from planned n order by n.product_id;
end $$;

-- Sets prices, making products that do not exist yet. Only a price that differs raises the revision.
create function seed_prices(p_product_ids text[], p_prices bigint[], p_currencies text[], p_apply boolean)
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
    where p_apply and n.outcome <> 'unchanged'
    order by n.product_id
    on conflict (product_id) do update set price_minor = excluded.price_minor, currency = excluded.currency,
      priced_at = excluded.priced_at, revision = p.revision + 1, updated_at = now()
    returning p.product_id, p.revision
  )
  select n.product_id, n.price_before, n.currency_before, coalesce(w.revision, n.revision), n.outcome
  from planned n left join written w on w.product_id = n.product_id
  order by n.product_id;
end $$;
