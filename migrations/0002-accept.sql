-- oldest-binary: 0.1.0
-- Accepting orders: the claim, the order and its outbox event in one call.

-- Hands out `available` units to rows in order, each whole or not at all. The state is the sum granted so far; a
-- state that is not positive says that the row just seen did not fit (its magnitude is kept), so a large row that
-- does not fit takes nothing from smaller ones behind it.
create function grant_units(state bigint, wanted bigint, available bigint) returns bigint
language plpgsql immutable parallel safe as $$
begin
  return case when abs(state) + wanted <= available then abs(state) + wanted else -abs(state) end;
end $$;
create aggregate granted_units(wanted bigint, available bigint) (
  sfunc = grant_units, stype = bigint, initcond = '0'
);

-- Takes a batch of reservations, one array per column, reservation ids unique within it. Answers one row each:
--   new              accepted now: order_id, event_id, created_at
--   known            a row exists (any status but the two below): its columns, to be compared by the caller
--   ended            the id ended without an order: ABANDONED or REFUSED
--   stale            reserved under another epoch than the product has (epoch_now): reserve again once (I12)
--   no-units         nothing left; a REFUSED row without claim now ends the id (I8)
--   again            another transaction wrote this id meanwhile: submit once more to read it
--   unknown-product  no stock row
-- Several statements on purpose, in READ COMMITTED: the lock is taken by a statement of its own, so the next one
-- sees everything that the lock holders before us committed. A single CTE statement reads rows as they were before
-- it waited: it claims without inserting, inserts without claiming, and trips the CHECK on a stale tuple.
-- Sequential scans are off because a plan cached while the tables were empty would scan them for ever; nested loops,
-- because the planner expects one row where a batch has hundreds. Tables are therefore reached by `= any(array)`. The
-- generic plan is the best one for every batch, and planning each small batch anew costs more than running it.
create function accept_orders(
  p_reservation_ids uuid[], p_user_ids text[], p_product_ids text[], p_quantities integer[],
  p_prices bigint[], p_currencies text[], p_epochs bigint[], p_body_hashes text[]
) returns table (
  reservation_id uuid, kind text, order_id uuid, event_id bigint, user_id text, product_id text, quantity integer,
  unit_price_minor bigint, amount_minor bigint, currency text, status text, version integer, body_hash text,
  created_at timestamptz, epoch_now bigint
) language plpgsql
set enable_seqscan = off set enable_nestloop = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
  -- Lock order everywhere: stock by product, then orders by reservation id.
  perform 1 from stock s where s.product_id = any(p_product_ids) order by s.product_id for update;

  return query
  with input as (
    select t.* from unnest(p_reservation_ids, p_user_ids, p_product_ids, p_quantities, p_prices, p_currencies,
      p_epochs, p_body_hashes) with ordinality
      as t(reservation_id, user_id, product_id, quantity, price, currency, epoch, body_hash, n)
  ),
  known as (
    select o.* from orders o where o.reservation_id = any(p_reservation_ids)
  ),
  locked as (
    select s.product_id, s.epoch, (s.seeded - s.claimed)::bigint as available
    from stock s where s.product_id = any(p_product_ids)
  ),
  fresh as (
    select i.*, l.epoch as epoch_now,
      case when i.epoch = l.epoch then
        granted_units(i.quantity, l.available)
          filter (where i.epoch = l.epoch) over (partition by i.product_id order by i.n rows unbounded preceding) > 0
      end as granted
    from input i join locked l on l.product_id = i.product_id
    where not exists (select from known k where k.reservation_id = i.reservation_id)
  ),
  inserted as (
    insert into orders as o (reservation_id, user_id, product_id, quantity, unit_price_minor, amount_minor, currency,
      status, epoch, body_hash)
    select f.reservation_id, f.user_id, f.product_id, f.quantity, f.price, f.price * f.quantity, f.currency,
      case when f.granted then 'PENDING' else 'REFUSED' end, f.epoch, f.body_hash
    from fresh f where f.granted is not null
    order by f.reservation_id
    on conflict (reservation_id) do nothing
    returning o.reservation_id, o.order_id, o.product_id, o.quantity, o.amount_minor, o.status, o.version, o.created_at
  ),
  claimed as (
    -- From the rows really inserted, so claim and orders cannot differ (I2).
    update stock s set claimed = s.claimed + t.units, updated_at = now()
    from (
      select n.product_id, sum(n.quantity)::integer as units from inserted n where n.status = 'PENDING' group by 1
    ) t
    where s.product_id = t.product_id and s.product_id = any(p_product_ids)
  ),
  events as (
    insert into order_events as e (order_id, version, type, topics)
    select n.order_id, 1, 'PENDING', '{orders.reservations}' from inserted n where n.status = 'PENDING'
    returning e.event_id, e.order_id
  )
  select i.reservation_id,
    case
      when n.status = 'PENDING' then 'new'
      when n.status = 'REFUSED' then 'no-units'
      when k.status in ('ABANDONED', 'REFUSED') then 'ended'
      when k.status is not null then 'known'
      when f.epoch_now is null then 'unknown-product'
      when f.epoch_now <> i.epoch then 'stale'
      else 'again'
    end,
    coalesce(n.order_id, k.order_id), e.event_id, k.user_id, k.product_id, k.quantity,
    k.unit_price_minor, coalesce(n.amount_minor, k.amount_minor), k.currency::text, coalesce(n.status, k.status),
    coalesce(n.version, k.version), k.body_hash, coalesce(n.created_at, k.created_at), f.epoch_now
  from input i
  left join known k on k.reservation_id = i.reservation_id
  left join fresh f on f.reservation_id = i.reservation_id
  left join inserted n on n.reservation_id = i.reservation_id
  left join events e on e.order_id = n.order_id;
end $$;
