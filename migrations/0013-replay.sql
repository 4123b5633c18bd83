-- oldest-binary: 0.1.0
-- Finding the orders that no saga has begun, among a sale's worth of orders that wait for their payment.

-- orders_live has both, so a look at the few PENDING ones read them all. An order enters here once, at the end of the
-- index, and leaves with its first change of status.
create index orders_pending on orders (created_at, order_id) where status = 'PENDING';
