-- oldest-binary: 0.1.0
-- What operators look for: orders that ended otherwise than sold, and who called a sale off.

-- Of a status that is rare, or that a product never had, a list would read all orders to find so. An order enters here once,
-- with its end, so that accepts pay nothing for it. The product comes last: one index for lists with and without it.
create index orders_released on orders (status, created_at desc, order_id desc, product_id)
  where status in ('FAILED', 'CANCELLED', 'EXPIRED');

-- As in 0013, and the event says by whom and why. Buyers and Kafka see neither.
create or replace function request_refunds(p_order_ids uuid[], p_restock boolean, p_actor text, p_reason text)
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
      jsonb_build_object('calledOff', true, 'restocked', case when m.gives_back then (m.row_after).quantity else 0 end,
        'by', p_actor, 'reason', p_reason)
    from moved m
  )
  select coalesce(m.row_after, j.row_before), j.outcome
  from judged j left join moved m on (m.row_after).order_id = j.order_id;
end $$;

-- Its plan has a sort that it forbids itself, at a cost at which the server compiles it: 0.8 of 0.87 seconds for each page of a sweep.
alter function waiting_orders(timestamptz, uuid, integer) set jit = off;
