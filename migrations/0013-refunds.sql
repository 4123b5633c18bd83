-- oldest-binary: 0.1.0
-- Calling a sale off: the money of a CONFIRMED order goes back, and its units to the sale if they can be sold again. The
-- status stays CONFIRMED. The rules on locks and snapshots are those of 0003.

alter table orders
  -- An operator has called the sale off: the payment that confirmed the order goes back, too.
  add column refund_requested_at timestamptz(3),
  -- When money that was taken for this order went back last. Money that never paid a confirmed order does not count.
  add column refunded_at timestamptz(3),
  -- The units are free in Postgres and not yet in Redis. Apart from hold_done: an older worker would settle them away.
  add column restock_open boolean not null default false;
create index orders_restock_open on orders (created_at) where restock_open;

-- How often a person had this refund asked for anew after the gateway had refused it. Names the request to the gateway,
-- which must repeat its first answer to the same name for ever.
alter table payments add column refund_retries integer not null default 0 check (refund_retries >= 0);

-- Calls sales off. With p_restock the claim goes back (I2) and the customer's count with it, under the next generation of the
-- order's hold: that one names the Redis half. Outcomes:
--   requested      called off by this call; refund_due unless its money had gone back already
--   restocked      it was called off before, and its units are given back by this call
--   already        nothing was left to do
--   unsettled      p_restock, and the Redis half of its confirmation is still open: finish that first, then call again
--   not-confirmed  live, or ended otherwise: nothing was changed
create function request_refunds(p_order_ids uuid[], p_restock boolean, p_actor text, p_reason text)
returns table (row_now orders, outcome text)
language plpgsql
set enable_seqscan = off set enable_nestloop = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
  perform lock_orders(p_order_ids, p_restock);
  return query
  with before as (
    select o as row_before from orders o
    where o.order_id = any(p_order_ids) and o.status not in ('ABANDONED', 'REFUSED')
  ),
  taken as (
    select distinct y.order_id from payments y where y.order_id = any(p_order_ids) and y.status = 'CAPTURED'
  ),
  judged as (
    select b.row_before, (b.row_before).order_id, t.order_id is not null as owed,
      p_restock and (b.row_before).restocked_at is null as gives_back,
      case
        when (b.row_before).status <> 'CONFIRMED' then 'not-confirmed'
        when p_restock and (b.row_before).restocked_at is null and not (b.row_before).hold_done then 'unsettled'
        when (b.row_before).refund_requested_at is null then 'requested'
        when p_restock and (b.row_before).restocked_at is null then 'restocked'
        else 'already'
      end as outcome
    from before b left join taken t on t.order_id = (b.row_before).order_id
  ),
  moved as (
    update orders o set version = o.version + 1, updated_at = now_ms(),
      refund_requested_at = coalesce(o.refund_requested_at, now_ms()),
      refund_due = o.refund_due or (j.outcome = 'requested' and j.owed),
      restocked_at = case when j.gives_back then now_ms() else o.restocked_at end,
      restock_open = o.restock_open or j.gives_back,
      generation = o.generation + case when j.gives_back then 1 else 0 end
    from judged j
    where o.order_id = any(p_order_ids) and o.order_id = j.order_id and j.outcome in ('requested', 'restocked')
    returning o as row_after, j.gives_back, j.outcome
  ),
  given_back as (
    update stock s set claimed = s.claimed - t.units, updated_at = now()
    from (
      select (m.row_after).product_id, sum((m.row_after).quantity)::integer as units
      from moved m where m.gives_back group by 1
    ) t
    where s.product_id = t.product_id and s.product_id = any(array(select (m.row_after).product_id from moved m))
  ),
  movements as (
    insert into stock_movements (operation_id, product_id, kind, quantity, delta, seeded_after, actor, reason)
    select 'refund:' || (m.row_after).order_id, (m.row_after).product_id, 'restock', (m.row_after).quantity, 0, s.seeded,
      p_actor, p_reason
    from moved m join stock s on s.product_id = (m.row_after).product_id
      and s.product_id = any(array(select (x.row_after).product_id from moved x))
    where m.gives_back
    on conflict do nothing
  ),
  appended as (
    insert into order_events (order_id, version, type, data)
    select (m.row_after).order_id, (m.row_after).version,
      case when m.outcome = 'restocked' then 'RESTOCKED' when (m.row_after).refund_due then 'REFUND_DUE' else 'CALLED_OFF' end,
      jsonb_build_object('calledOff', true, 'restocked', case when m.gives_back then (m.row_after).quantity else 0 end)
    from moved m
  )
  select coalesce(m.row_after, j.row_before), j.outcome
  from judged j left join moved m on (m.row_after).order_id = j.order_id;
end $$;

-- As in 0004, and the payment of a sale that was called off is owed, too.
create or replace function record_refund(p_order_id uuid, p_attempt integer, p_refund_reference text) returns text
language plpgsql
set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  was text;
begin
  perform lock_orders(array[p_order_id], false);
  select y.status into was from payments y where y.order_id = p_order_id and y.attempt = p_attempt;
  if was is null or was not in ('CAPTURED', 'LATE', 'REFUNDED') then return 'unknown'; end if;
  if was = 'REFUNDED' then return 'already'; end if;
  update payments y set status = 'REFUNDED', refund_reference = p_refund_reference, updated_at = now_ms()
  where y.order_id = p_order_id and y.attempt = p_attempt;
  with moved as (
    update orders o set version = o.version + 1, updated_at = now_ms(),
      refunded_at = case when was = 'CAPTURED' or o.status in ('FAILED', 'CANCELLED', 'EXPIRED') then now_ms()
        else o.refunded_at end,
      refund_due = exists (
        select from payments y where y.order_id = p_order_id
          and (y.status = 'LATE' or (y.status = 'CAPTURED'
            and (o.status in ('FAILED', 'CANCELLED', 'EXPIRED') or o.refund_requested_at is not null))))
    where o.order_id = p_order_id
    returning o.version
  )
  insert into order_events (order_id, version, type, data)
  select p_order_id, m.version, 'REFUNDED',
    jsonb_build_object('attempt', p_attempt, 'refundReference', p_refund_reference)
  from moved m;
  return 'refunded';
end $$;

-- What a person decided about an order that waits for one. Judged on the locked row, so of two operators one decides (I10).
-- p_seen is the reason that was shown to whoever decides. Outcomes:
--   resolved       this call did it
--   none           nothing waits for a decision any more
--   changed        something else waits for one by now: look again
--   live           keep, of an order whose sweep would ask again at once
--   ended          retry or cancel, of an order that has ended
--   nothing-owed   no refund waits for this decision
create function resolve_review(p_order_id uuid, p_seen text, p_as text, p_reference text, p_data jsonb) returns text
language plpgsql
set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  o orders;
  y payments;
  refusals integer;
  owed integer := 0;
begin
  perform lock_orders(array[p_order_id], p_as = 'cancel');
  select * into o from orders x where x.order_id = p_order_id and x.status not in ('ABANDONED', 'REFUSED');
  if not found then return 'none'; end if;
  select count(*) into refusals from payments x
  where x.order_id = p_order_id and x.status in ('CAPTURED', 'LATE') and x.refund_refusal is not null;
  if o.review_reason is null and refusals = 0 then return 'none'; end if;
  if o.review_reason is distinct from p_seen then return 'changed'; end if;

  if p_as in ('retry', 'cancel') then
    if not o.status = any(allowed_before('EXPIRED')) then return 'ended'; end if;
    update orders x set replay_count = 0 where x.order_id = p_order_id and p_as = 'retry';
  elsif p_as = 'keep' then
    if p_data ->> 'sweptAgain' = 'true' and o.status = any(allowed_before('EXPIRED')) then return 'live'; end if;
  else
    for y in
      select * from payments x
      where x.order_id = p_order_id and x.status in ('CAPTURED', 'LATE')
        and case when refusals > 0 then x.refund_refusal is not null
          else p_as = 'refunded-by-hand' and (x.status = 'LATE' or o.refund_requested_at is not null
            or o.status in ('FAILED', 'CANCELLED', 'EXPIRED')) end
      order by x.attempt
    loop
      owed := owed + 1;
      if p_as = 'refunded-by-hand' then
        perform record_refund(p_order_id, y.attempt, p_reference);
        update payments x set refund_refusal = null where x.payment_id = y.payment_id;
      else
        update payments x set refund_refusal = null, refund_retries = x.refund_retries + 1, updated_at = now_ms()
        where x.payment_id = y.payment_id;
      end if;
    end loop;
    if owed = 0 then return 'nothing-owed'; end if;
  end if;

  with moved as (
    update orders x set review_reason = null, version = x.version + 1, updated_at = now_ms()
    where x.order_id = p_order_id
    returning x.version
  )
  insert into order_events (order_id, version, type, data)
  select p_order_id, m.version, 'REVIEW_RESOLVED', p_data from moved m;
  return 'resolved';
end $$;
