-- oldest-binary: 0.1.0
-- How orders move from status to status. Every function here and in 0004 first takes its locks by lock_orders, in
-- statements of their own, and then decides and writes in a further statement, whose snapshot is therefore later than
-- everything the holders of those locks committed. Each answers the row as it is afterwards, whether this call changed
-- it, and the events appended that have a topic, as JSON. Calling again is harmless: nothing moves twice (I7, I8).
-- The planner settings are those of accept_orders, for the same reasons.

-- The transition table of src/core/order.ts, once more; a test holds the two equal.
create function allowed_before(p_status text) returns text[] language sql immutable parallel safe as $$
  select case p_status
    when 'PENDING' then '{}'::text[]
    when 'INVENTORY_RESERVED' then '{PENDING}'
    when 'PAYMENT_PENDING' then '{INVENTORY_RESERVED}'
    when 'PAYMENT_CONFIRMED' then '{PAYMENT_PENDING,EXPIRED}'
    when 'CONFIRMED' then '{PAYMENT_CONFIRMED}'
    when 'FAILED' then '{PENDING,INVENTORY_RESERVED,PAYMENT_PENDING,PAYMENT_CONFIRMED}'
    when 'CANCELLED' then '{PENDING,INVENTORY_RESERVED,PAYMENT_PENDING,PAYMENT_CONFIRMED}'
    when 'EXPIRED' then '{PENDING,INVENTORY_RESERVED,PAYMENT_PENDING,PAYMENT_CONFIRMED}'
  end
$$;

-- The one place where orders and their stock are locked: stock by product, then orders by reservation id (the order
-- in which accept writes them). p_with_stock is false where no unit moves. NO KEY, because payments refer to orders:
-- inserting one must not wait for, nor deadlock with, a change of its order.
create function lock_orders(p_order_ids uuid[], p_with_stock boolean) returns void
language plpgsql
set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
  if p_with_stock then
    perform 1 from stock s
    where s.product_id = any(array(select distinct o.product_id from orders o where o.order_id = any(p_order_ids)))
    order by s.product_id for no key update;
  end if;
  perform 1 from orders o where o.order_id = any(p_order_ids) order by o.reservation_id for no key update;
end $$;

-- An event as the programs read it. The id is text because it may outgrow a JSON number.
create function event_json(e order_events) returns jsonb language sql stable parallel safe as $$
  select jsonb_build_object('eventId', e.event_id::text, 'version', e.version, 'type', e.type, 'data', e.data,
    'topics', e.topics, 'occurredAt', e.occurred_at)
$$;

-- PENDING orders that were not tracked yet: appends their tracking event, once.
create function track_orders(p_order_ids uuid[]) returns table (row_now orders, event jsonb)
language plpgsql
set enable_seqscan = off set enable_nestloop = off set plan_cache_mode = force_generic_plan as $$
begin
  perform lock_orders(p_order_ids, false);
  return query
  with moved as (
    update orders o set tracked_at = now_ms(), version = o.version + 1, updated_at = now_ms()
    where o.order_id = any(p_order_ids) and o.status = 'PENDING' and o.tracked_at is null
    returning o as row_after
  ),
  appended as (
    insert into order_events as e (order_id, version, type, topics)
    select (m.row_after).order_id, (m.row_after).version, 'TRACKED', '{orders.created,order.progress}' from moved m
    returning e as event
  )
  select m.row_after, event_json(a.event)
  from moved m join appended a on (a.event).order_id = (m.row_after).order_id;
end $$;

-- The saga begins: PENDING -> INVENTORY_RESERVED -> PAYMENT_PENDING, and the time to pay starts now. For an order that
-- is further on it answers where it stands: remaining_ms is null unless payment is awaited.
create function begin_orders(p_order_ids uuid[], p_deadlines_ms bigint[])
returns table (row_now orders, changed boolean, remaining_ms bigint, events jsonb)
language plpgsql
set enable_seqscan = off set enable_nestloop = off set plan_cache_mode = force_generic_plan as $$
begin
  perform lock_orders(p_order_ids, false);
  return query
  with input as (
    select distinct on (t.order_id) t.order_id, t.deadline_ms
    from unnest(p_order_ids, p_deadlines_ms) as t(order_id, deadline_ms)
  ),
  before as (
    select o as row_before from orders o
    where o.order_id = any(p_order_ids) and o.status not in ('ABANDONED', 'REFUSED')
  ),
  moved as (
    update orders o set status = 'PAYMENT_PENDING',
      version = o.version + case when o.status = any(allowed_before('INVENTORY_RESERVED')) then 2 else 1 end,
      pay_by = now_ms() + i.deadline_ms * interval '1 millisecond', updated_at = now_ms()
    from input i
    where o.order_id = any(p_order_ids) and o.order_id = i.order_id
      and o.status = any(allowed_before('INVENTORY_RESERVED') || allowed_before('PAYMENT_PENDING'))
    returning o as row_after
  ),
  appended as (
    insert into order_events as e (order_id, version, type, data, topics)
    select (m.row_after).order_id, (m.row_after).version - 1, 'INVENTORY_RESERVED', null, '{}'::text[]
    from moved m join before b on (b.row_before).order_id = (m.row_after).order_id
    where (b.row_before).status = any(allowed_before('INVENTORY_RESERVED'))
    union all
    select (m.row_after).order_id, (m.row_after).version, 'PAYMENT_PENDING',
      jsonb_build_object('payBy', (m.row_after).pay_by), '{order.progress}'
    from moved m
    returning e as event
  ),
  told as (
    select (a.event).order_id, jsonb_agg(event_json(a.event) order by (a.event).version) as events
    from appended a where (a.event).topics <> '{}' group by 1
  ),
  answered as (
    select m.row_after as row_now, true as changed from moved m
    union all
    select b.row_before, false from before b
    where not exists (select from moved m where (m.row_after).order_id = (b.row_before).order_id)
  )
  select n.row_now, n.changed,
    case when (n.row_now).status = 'PAYMENT_PENDING' then
      greatest(0, ceil(extract(epoch from (n.row_now).pay_by - now()) * 1000))::bigint
    end,
    coalesce(t.events, '[]')
  from answered n left join told t on t.order_id = (n.row_now).order_id;
end $$;

-- Paid orders become sold: PAYMENT_PENDING -> PAYMENT_CONFIRMED -> CONFIRMED, or the last step alone after a late
-- claim. The claim stays as it is: a held unit becomes a sold one (I2).
create function confirm_orders(p_order_ids uuid[]) returns table (row_now orders, changed boolean, events jsonb)
language plpgsql
set enable_seqscan = off set enable_nestloop = off set plan_cache_mode = force_generic_plan as $$
begin
  perform lock_orders(p_order_ids, false);
  return query
  with before as (
    select o as row_before from orders o
    where o.order_id = any(p_order_ids) and o.status not in ('ABANDONED', 'REFUSED')
  ),
  moved as (
    update orders o set status = 'CONFIRMED',
      version = o.version + case when o.status = any(allowed_before('CONFIRMED')) then 1 else 2 end,
      updated_at = now_ms()
    where o.order_id = any(p_order_ids) and o.paid
      -- EXPIRED may become PAYMENT_CONFIRMED only by claiming again (0004): its units are gone.
      and o.status = any(array_remove(allowed_before('PAYMENT_CONFIRMED'), 'EXPIRED') || allowed_before('CONFIRMED'))
    returning o as row_after
  ),
  appended as (
    insert into order_events as e (order_id, version, type, topics)
    select (m.row_after).order_id, (m.row_after).version - 1, 'PAYMENT_CONFIRMED', '{}'::text[]
    from moved m join before b on (b.row_before).order_id = (m.row_after).order_id
    where not (b.row_before).status = any(allowed_before('CONFIRMED'))
    union all
    select (m.row_after).order_id, (m.row_after).version, 'CONFIRMED', '{orders.confirmed,order.progress}'
    from moved m
    returning e as event
  ),
  told as (
    select (a.event).order_id, jsonb_agg(event_json(a.event) order by (a.event).version) as events
    from appended a where (a.event).topics <> '{}' group by 1
  ),
  answered as (
    select m.row_after as row_now, true as changed from moved m
    union all
    select b.row_before, false from before b
    where not exists (select from moved m where (m.row_after).order_id = (b.row_before).order_id)
  )
  select n.row_now, n.changed, coalesce(t.events, '[]')
  from answered n left join told t on t.order_id = (n.row_now).order_id;
end $$;

-- Decides an ending: final status, claim given back, event, and refund_due where money was taken, all at once (I8).
-- A paid order is never released (I10), tested on the locked row itself, unless p_even_if_paid says that a person
-- wants it so. The Redis half and the refund follow after the commit, by whoever finds them undone.
create function end_orders(p_order_ids uuid[], p_statuses text[], p_failure_codes text[], p_even_if_paid boolean[])
returns table (row_now orders, changed boolean, events jsonb)
language plpgsql
set enable_seqscan = off set enable_nestloop = off set plan_cache_mode = force_generic_plan as $$
begin
  perform lock_orders(p_order_ids, true);
  return query
  with input as (
    select distinct on (t.order_id) t.*
    from unnest(p_order_ids, p_statuses, p_failure_codes, p_even_if_paid)
      as t(order_id, status, failure_code, even_if_paid)
    where t.status in ('FAILED', 'CANCELLED', 'EXPIRED')
  ),
  before as (
    select o as row_before from orders o
    where o.order_id = any(p_order_ids) and o.status not in ('ABANDONED', 'REFUSED')
  ),
  moved as (
    update orders o set status = i.status, failure_code = i.failure_code, version = o.version + 1,
      refund_due = o.refund_due or o.paid, updated_at = now_ms()
    from input i
    where o.order_id = any(p_order_ids) and o.order_id = i.order_id
      and o.status = any(allowed_before(i.status)) and (not o.paid or i.even_if_paid)
    returning o as row_after
  ),
  given_back as (
    update stock s set claimed = s.claimed - t.units, updated_at = now()
    from (
      select (m.row_after).product_id, sum((m.row_after).quantity)::integer as units from moved m group by 1
    ) t
    where s.product_id = t.product_id and s.product_id = any(array(select (m.row_after).product_id from moved m))
  ),
  appended as (
    insert into order_events as e (order_id, version, type, data, topics)
    select (m.row_after).order_id, (m.row_after).version, (m.row_after).status,
      jsonb_build_object('failureCode', (m.row_after).failure_code), '{orders.failed,order.progress}'
    from moved m
    returning e as event
  ),
  answered as (
    select m.row_after as row_now, true as changed from moved m
    union all
    select b.row_before, false from before b
    where not exists (select from moved m where (m.row_after).order_id = (b.row_before).order_id)
  )
  select n.row_now, n.changed,
    case when a.event is null then '[]' else jsonb_build_array(event_json(a.event)) end
  from answered n left join appended a on (a.event).order_id = (n.row_now).order_id;
end $$;
