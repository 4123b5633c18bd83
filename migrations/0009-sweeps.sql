-- oldest-binary: 0.1.0
-- What the sweeps of orders, payments and refunds need to find their few rows among many.

-- Orders that wait for their payment, soonest deadline first. Not by `paid`: a capture that changed an indexed column
-- would have to rewrite every index of its order.
create index orders_waiting on orders (pay_by, order_id) where status = 'PAYMENT_PENDING';

-- Statuses in which no order rests: begin and confirm pass both in one statement, so nothing enters here but late
-- claims on their way, and what a crash left behind.
create index orders_halted on orders (created_at) where status in ('INVENTORY_RESERVED', 'PAYMENT_CONFIRMED');

-- The gateway's code when it will not give this money back, however often it is asked: then a person decides.
alter table payments add column refund_refusal text check (length(refund_refusal) <= 100);

-- Refuses a refund for good: the payment is not asked for again by itself, and the order waits for a person. The money
-- stays owed, so refund_due stays. Answers whether this call did it; a payment that went back meanwhile stays so.
create function refuse_refund(p_order_id uuid, p_attempt integer, p_code text, p_review_reason text) returns boolean
language plpgsql
set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
  perform lock_orders(array[p_order_id], false);
  update payments y set refund_refusal = p_code, updated_at = now_ms()
  where y.order_id = p_order_id and y.attempt = p_attempt and y.status in ('CAPTURED', 'LATE')
    and y.refund_refusal is null;
  if not found then return false; end if;
  with moved as (
    update orders o set version = o.version + 1, review_reason = p_review_reason, updated_at = now_ms()
    where o.order_id = p_order_id
    returning o.version
  )
  insert into order_events (order_id, version, type, data)
  select p_order_id, m.version, 'REFUND_REFUSED', jsonb_build_object('attempt', p_attempt, 'code', p_code)
  from moved m;
  return true;
end $$;

-- One page of the orders that wait for their payment, after the given place in orders_waiting, with the newest payment of
-- each. Read along the index: a plan without statistics collects and sorts all that wait for every page.
create function waiting_orders(p_after_pay_by timestamptz, p_after_order_id uuid, p_limit integer)
returns table (order_id uuid, pay_by timestamptz, paid boolean, overdue_ms float8, silent_ms float8, attempt integer,
  unanswered boolean)
language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
  return query
  with waiting as materialized (
    select o.order_id, o.pay_by, o.paid, o.updated_at from orders o
    where o.status = 'PAYMENT_PENDING' and (o.pay_by, o.order_id) > (p_after_pay_by, p_after_order_id)
    order by o.pay_by, o.order_id limit p_limit
  )
  select w.order_id, w.pay_by, w.paid,
    (extract(epoch from now() - w.pay_by) * 1000)::float8,
    (extract(epoch from now() - greatest(w.updated_at, p.updated_at)) * 1000)::float8,
    p.attempt, p.status = 'REQUESTED'
  from waiting w
  left join lateral (
    select y.attempt, y.status, y.updated_at from payments y
    where y.order_id = w.order_id order by y.attempt desc limit 1
  ) p on true
  order by w.pay_by, w.order_id;
end $$;
