-- oldest-binary: 0.1.0
-- Money in, late, and back. The rules on locks and snapshots are those of 0003.

-- Records captures: sets orders.paid and writes the payment in one statement each, so expiry, which tests `not paid`
-- on the same locked row, and payment can never both win (I10). Outcomes:
--   captured  this payment pays the order
--   already   it was recorded before
--   late      the money is taken, but not for this order as it is: ended, paid by another payment, or another amount.
--             An EXPIRED order may still claim again (claim_late_payments); otherwise refund_due is set.
-- Money is never dropped: a second capture under a used attempt number gets the next free number.
create function record_captures(p_order_ids uuid[], p_attempts integer[], p_gateways text[], p_references text[],
  p_amounts bigint[], p_currencies text[]) returns table (order_id uuid, outcome text)
language plpgsql
set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  c record;
  o orders;
  p payments;
  use_attempt integer;
  is_late boolean;
begin
  perform lock_orders(p_order_ids, false);
  for c in
    select * from unnest(p_order_ids, p_attempts, p_gateways, p_references, p_amounts, p_currencies) with ordinality
      as t(order_id, attempt, gateway, reference, amount, currency, n) order by n
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

    is_late := o.paid or o.amount_minor <> c.amount or o.currency <> c.currency
      or not o.status = any(allowed_before('EXPIRED'));
    with paid as (
      update orders x set paid = x.paid or not is_late, version = x.version + 1, updated_at = now_ms(),
        refund_due = x.refund_due or (is_late and not (x.status = 'EXPIRED' and not x.paid
          and x.amount_minor = c.amount and x.currency = c.currency))
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

-- The one exit from a final status: EXPIRED orders whose payment came late claim their units again while any are free
-- (oldest first), under the next generation of their hold. What cannot be claimed for is due for refund. Outcomes:
--   claimed   the order is PAYMENT_CONFIRMED (or further): take its hold again under row_now.generation, then confirm
--   refund    refund_due is set
--   nothing   no late payment waits
create function claim_late_payments(p_order_ids uuid[])
returns table (row_now orders, outcome text, events jsonb)
language plpgsql
set enable_seqscan = off set enable_nestloop = off set plan_cache_mode = force_generic_plan as $$
begin
  perform lock_orders(p_order_ids, true);
  return query
  with before as (
    select o as row_before from orders o
    where o.order_id = any(p_order_ids) and o.status not in ('ABANDONED', 'REFUSED')
  ),
  candidates as (
    -- The first payment that fits the order exactly; any other late one stays to be refunded.
    select o.order_id, o.product_id, o.quantity, o.created_at, min(y.attempt) as attempt
    from orders o join payments y on y.order_id = o.order_id and y.order_id = any(p_order_ids)
    where o.order_id = any(p_order_ids) and o.status = 'EXPIRED' and not o.paid and not o.refund_due
      and y.status = 'LATE' and y.amount_minor = o.amount_minor and y.currency = o.currency
    group by o.order_id
  ),
  granted as (
    select c.*, granted_units(c.quantity, (s.seeded - s.claimed)::bigint)
      over (partition by c.product_id order by c.created_at, c.order_id rows unbounded preceding) > 0 as fits
    from candidates c
    join stock s on s.product_id = c.product_id and s.product_id = any(array(select x.product_id from candidates x))
  ),
  moved as (
    update orders o set status = 'PAYMENT_CONFIRMED', paid = true, failure_code = null, version = o.version + 1,
      generation = o.generation + 1, hold_done = false, updated_at = now_ms(),
      refund_due = exists (
        select from payments y
        where y.order_id = o.order_id and y.order_id = any(p_order_ids)
          and y.status = 'LATE' and y.attempt <> g.attempt)
    from granted g
    where o.order_id = any(p_order_ids) and o.order_id = g.order_id and g.fits
      and o.status = any(allowed_before('PAYMENT_CONFIRMED'))
    returning o as row_after, g.attempt
  ),
  claimed as (
    update stock s set claimed = s.claimed + t.units, updated_at = now()
    from (
      select (m.row_after).product_id, sum((m.row_after).quantity)::integer as units from moved m group by 1
    ) t
    where s.product_id = t.product_id and s.product_id = any(array(select (m.row_after).product_id from moved m))
  ),
  captured as (
    update payments y set status = 'CAPTURED', updated_at = now_ms()
    from moved m
    where y.order_id = any(p_order_ids) and y.order_id = (m.row_after).order_id and y.attempt = m.attempt
  ),
  refused as (
    update orders o set refund_due = true, version = o.version + 1, updated_at = now_ms()
    from granted g where o.order_id = any(p_order_ids) and o.order_id = g.order_id and not g.fits
    returning o as row_after
  ),
  appended as (
    insert into order_events as e (order_id, version, type, data, topics)
    select (m.row_after).order_id, (m.row_after).version, 'PAYMENT_CONFIRMED',
      jsonb_build_object('generation', (m.row_after).generation), '{order.progress}'::text[] from moved m
    union all
    select (r.row_after).order_id, (r.row_after).version, 'REFUND_DUE', null, '{}' from refused r
    returning e as event
  ),
  answered as (
    select m.row_after as row_now from moved m
    union all select r.row_after from refused r
    union all
    select b.row_before from before b
    where not exists (select from moved m where (m.row_after).order_id = (b.row_before).order_id)
      and not exists (select from refused r where (r.row_after).order_id = (b.row_before).order_id)
  )
  select n.row_now,
    case
      when (n.row_now).status in ('PAYMENT_CONFIRMED', 'CONFIRMED') and (n.row_now).generation > 0 then 'claimed'
      when (n.row_now).refund_due then 'refund'
      else 'nothing'
    end,
    case when (a.event).topics <> '{}' then jsonb_build_array(event_json(a.event)) else '[]' end
  from answered n left join appended a on (a.event).order_id = (n.row_now).order_id;
end $$;

-- The gateway gave money back. refund_due stays while another payment of the order waits for the same.
create function record_refund(p_order_id uuid, p_attempt integer, p_refund_reference text) returns text
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
      refund_due = exists (
        select from payments y where y.order_id = p_order_id
          and (y.status = 'LATE' or (y.status = 'CAPTURED' and o.status in ('FAILED', 'CANCELLED', 'EXPIRED'))))
    where o.order_id = p_order_id
    returning o.version
  )
  insert into order_events (order_id, version, type, data)
  select p_order_id, m.version, 'REFUNDED',
    jsonb_build_object('attempt', p_attempt, 'refundReference', p_refund_reference)
  from moved m;
  return 'refunded';
end $$;
