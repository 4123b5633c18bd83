-- oldest-binary: 0.1.0
-- What sweeps and replays need: ending holds whose order never came, and handing orders over again.

-- Decides about holds that were found in Redis, by the row of their reservation id, which is made here if there is
-- none: an ABANDONED row commits first, so an insert that comes late meets it and loses (I1, I8). Reading "no order
-- yet" and releasing would oversell. Verdicts, to be acted on only after this call has committed:
--   release   the hold goes back to the counter
--   settle    the units are sold: the hold ends, the counter stays
--   leave     a live order needs it
create function abandon_reservations(p_reservation_ids uuid[], p_user_ids text[], p_product_ids text[],
  p_quantities integer[], p_epochs bigint[], p_body_hashes text[])
returns table (reservation_id uuid, verdict text, generation integer)
language plpgsql
set enable_seqscan = off set enable_nestloop = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
  -- In the order in which accept inserts, so neither waits for the other in a circle.
  insert into orders (reservation_id, user_id, product_id, quantity, epoch, body_hash, status)
  select t.reservation_id, t.user_id, t.product_id, t.quantity, t.epoch, t.body_hash, 'ABANDONED'
  from unnest(p_reservation_ids, p_user_ids, p_product_ids, p_quantities, p_epochs, p_body_hashes)
    as t(reservation_id, user_id, product_id, quantity, epoch, body_hash)
  order by t.reservation_id
  on conflict (reservation_id) do nothing;

  -- A further statement: it sees the rows of those whose insert won over ours.
  return query
  select o.reservation_id,
    case
      -- The id was used for something else: this hold was never that order's.
      when o.product_id <> t.product_id or o.body_hash <> t.body_hash then 'release'
      when o.status = any(allowed_before('EXPIRED')) then 'leave'
      -- The Redis half was done already, so what was found is a duplicate (an older copy restored): never sold units.
      when o.status = 'CONFIRMED' and not o.hold_done then 'settle'
      else 'release'
    end,
    o.generation
  from unnest(p_reservation_ids, p_product_ids, p_body_hashes) as t(reservation_id, product_id, body_hash)
  join orders o on o.reservation_id = t.reservation_id and o.reservation_id = any(p_reservation_ids);
end $$;

-- Puts the reservation event of PENDING orders back into the outbox. Answers the ids for which it did.
create function requeue_orders(p_order_ids uuid[]) returns setof uuid
language plpgsql
set enable_seqscan = off set enable_nestloop = off set plan_cache_mode = force_generic_plan as $$
begin
  perform lock_orders(p_order_ids, false);
  return query
  with requeued as (
    update orders o set replay_count = o.replay_count + 1
    where o.order_id = any(p_order_ids) and o.status = 'PENDING'
    returning o.order_id
  ),
  unpublished as (
    update order_events e set published_at = null
    from requeued r where e.order_id = r.order_id and e.order_id = any(p_order_ids) and e.version = 1
  )
  select r.order_id from requeued r;
end $$;
