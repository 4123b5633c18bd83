-- oldest-binary: 0.1.0
-- Paying again: what a customer asks for after an attempt that did not pay. The rules on locks and snapshots are those
-- of 0003.

-- A further attempt for orders that still wait for their money. The row is the wish; the saga asks the gateway under
-- its number. Outcomes:
--   requested  a new attempt was written, through the gateway of the last one
--   open       an attempt asked for before has not been answered yet: the same again, so a retry makes no second one
--   busy       the saga's own first attempt is still being asked
--   closed     the order does not wait for payment: not begun, paid, ended, or its time to pay is over
--   spent      it has had p_max_attempts
create function request_payments(p_order_ids uuid[], p_max_attempts integer)
returns table (row_now orders, outcome text, attempt integer)
language plpgsql
set enable_seqscan = off set enable_nestloop = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
  perform lock_orders(p_order_ids, false);
  return query
  with before as (
    select o as row_before from orders o
    where o.order_id = any(p_order_ids) and o.status not in ('ABANDONED', 'REFUSED')
  ),
  latest as (
    select distinct on (y.order_id) y.order_id, y.attempt, y.status, y.gateway
    from payments y where y.order_id = any(p_order_ids)
    order by y.order_id, y.attempt desc
  ),
  judged as (
    select b.row_before, (b.row_before).order_id, l.attempt, l.gateway,
      case
        -- Tested on the locked row, like expiry and cancel: whoever is first closes it for the other (I10).
        when (b.row_before).status <> 'PAYMENT_PENDING' or (b.row_before).paid
          or (b.row_before).pay_by <= clock_timestamp() then 'closed'
        when l.attempt is null or (l.status = 'REQUESTED' and l.attempt = 1) then 'busy'
        when l.status = 'REQUESTED' then 'open'
        when l.attempt >= p_max_attempts then 'spent'
        else 'requested'
      end as outcome
    from before b left join latest l on l.order_id = (b.row_before).order_id
  ),
  moved as (
    update orders o set version = o.version + 1, updated_at = now_ms()
    from judged j
    where o.order_id = any(p_order_ids) and o.order_id = j.order_id and j.outcome = 'requested'
    returning o as row_after, j.attempt + 1 as attempt
  ),
  written as (
    insert into payments (order_id, attempt, status, amount_minor, currency, gateway)
    select (m.row_after).order_id, m.attempt, 'REQUESTED', (m.row_after).amount_minor, (m.row_after).currency, j.gateway
    from moved m join judged j on j.order_id = (m.row_after).order_id
  ),
  appended as (
    insert into order_events (order_id, version, type, data)
    select (m.row_after).order_id, (m.row_after).version, 'PAYMENT_REQUESTED',
      jsonb_build_object('attempt', m.attempt)
    from moved m
  )
  select coalesce(m.row_after, j.row_before), j.outcome,
    case j.outcome when 'requested' then m.attempt when 'open' then j.attempt end
  from judged j left join moved m on (m.row_after).order_id = j.order_id;
end $$;
