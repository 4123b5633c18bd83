-- oldest-binary: 0.1.0
-- What a payment provider reports by itself names the customer too: money of somebody else does not pay an order.

-- As in 0004, with one more reason to be late: p_user_ids, null where the gateway does not say whose money it is.
create function record_captures(p_order_ids uuid[], p_attempts integer[], p_gateways text[], p_references text[],
  p_amounts bigint[], p_currencies text[], p_user_ids text[]) returns table (order_id uuid, outcome text)
language plpgsql
set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  c record;
  o orders;
  p payments;
  use_attempt integer;
  fits boolean;
  is_late boolean;
begin
  perform lock_orders(p_order_ids, false);
  for c in
    select * from unnest(p_order_ids, p_attempts, p_gateways, p_references, p_amounts, p_currencies, p_user_ids)
      with ordinality as t(order_id, attempt, gateway, reference, amount, currency, user_id, n) order by n
  loop
    select * into o from orders x where x.order_id = c.order_id and x.status not in ('ABANDONED', 'REFUSED');
    continue when not found;
    order_id := c.order_id;
    use_attempt := c.attempt;

    select * into p from payments x where x.gateway = c.gateway and x.gateway_reference = c.reference;
    if found and p.order_id <> c.order_id then
      update orders x
      set review_reason = format('payment %s of %s was reported for this order, but belongs to order %s',
        c.reference, c.gateway, p.order_id)
      where x.order_id = c.order_id;
      outcome := 'late';
      return next;
      continue;
    end if;
    if not found then
      select * into p from payments x where x.order_id = c.order_id and x.attempt = c.attempt;
      if found and p.status in ('CAPTURED', 'LATE', 'REFUNDED') then
        select max(x.attempt) + 1 into use_attempt from payments x where x.order_id = c.order_id;
        p := null;
      end if;
    else
      use_attempt := p.attempt;
    end if;
    if p.status in ('CAPTURED', 'LATE', 'REFUNDED') then
      outcome := case p.status when 'CAPTURED' then 'already' else 'late' end;
      return next;
      continue;
    end if;

    fits := o.amount_minor = c.amount and o.currency = c.currency and o.user_id = coalesce(c.user_id, o.user_id);
    is_late := o.paid or not fits or not o.status = any(allowed_before('EXPIRED'));
    with paid as (
      update orders x set paid = x.paid or not is_late, version = x.version + 1, updated_at = now_ms(),
        refund_due = x.refund_due or (is_late and not (x.status = 'EXPIRED' and not x.paid and fits))
      where x.order_id = c.order_id
      returning x.version
    ), written as (
      insert into payments as x (order_id, attempt, status, amount_minor, currency, gateway, gateway_reference)
      values (c.order_id, use_attempt, case when is_late then 'LATE' else 'CAPTURED' end, c.amount, c.currency,
        c.gateway, c.reference)
      on conflict (order_id, attempt) do update set status = excluded.status, amount_minor = excluded.amount_minor,
        currency = excluded.currency, gateway = excluded.gateway, gateway_reference = excluded.gateway_reference,
        decline_code = null, updated_at = now_ms()
    )
    insert into order_events (order_id, version, type, data)
    select c.order_id, paid.version, case when is_late then 'PAYMENT_LATE' else 'PAYMENT_CAPTURED' end,
      jsonb_build_object('attempt', use_attempt, 'gateway', c.gateway, 'gatewayReference', c.reference,
        'amountMinor', c.amount, 'currency', c.currency)
    from paid;
    outcome := case when is_late then 'late' else 'captured' end;
    return next;
  end loop;
end $$;

-- For older binaries, which know no customer.
create or replace function record_captures(p_order_ids uuid[], p_attempts integer[], p_gateways text[],
  p_references text[], p_amounts bigint[], p_currencies text[]) returns table (order_id uuid, outcome text)
language sql as $$
  select c.order_id, c.outcome
  from record_captures(p_order_ids, p_attempts, p_gateways, p_references, p_amounts, p_currencies,
    array_fill(null::text, array[cardinality(p_order_ids)])) c
$$;
