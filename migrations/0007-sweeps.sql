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
