-- oldest-binary: 0.1.0
-- The tables of the pipeline. Money is integer minor units plus ISO 4217 currency. Times are Postgres's own.

-- The time of the transaction in whole milliseconds, never rounded up into the future. What a JavaScript Date can
-- carry, so a cursor made of one names its row exactly.
create function now_ms() returns timestamptz language sql stable parallel safe as $$
  select date_trunc('milliseconds', now())
$$;

create table products (
  product_id text primary key check (length(product_id) between 1 and 64),
  name text not null check (length(name) <= 200),
  -- Both null until the product is priced: prices and stock may come in either order.
  price_minor bigint check (price_minor > 0),
  currency char(3),
  active boolean not null default true,
  -- Rises with every change; Redis applies a price only with a higher one.
  revision bigint not null default 1,
  -- When the newest product event or price command that was applied had happened.
  priced_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((price_minor is null) = (currency is null))
);

-- The truth about units (I1, I2). The check is the backstop behind the functions that claim and give back.
create table stock (
  product_id text primary key references products,
  seeded integer not null check (seeded >= 0),
  claimed integer not null default 0,
  -- Raised whenever Redis is rebuilt; accepts of an older epoch are refused (I12).
  epoch bigint not null default 1,
  redis_run_id text,
  updated_at timestamptz not null default now(),
  check (claimed between 0 and seeded)
-- Half-empty pages: the hottest rows of the system are updated in place.
) with (fillfactor = 50);

-- Append-only: every change of seeded, with an operation id so that a retry cannot apply it twice.
create table stock_movements (
  operation_id text not null,
  product_id text not null references products,
  kind text not null check (kind in ('seed', 'add', 'remove', 'replace', 'restock')),
  -- What was asked for; delta is what it came to.
  quantity integer not null,
  delta integer not null,
  seeded_after integer not null,
  actor text not null,
  reason text,
  created_at timestamptz not null default now(),
  primary key (operation_id, product_id)
);
create index stock_movements_by_product on stock_movements (product_id, created_at);

-- Without a row a product sells as soon as it has price and stock.
create table sales (
  product_id text primary key references products,
  state text not null default 'OPEN' check (state in ('OPEN', 'PAUSED', 'CLOSED')),
  opens_at timestamptz(3),
  closes_at timestamptz(3),
  max_per_order integer check (max_per_order > 0),
  max_per_customer integer check (max_per_customer > 0),
  -- Rises with every change; Redis applies a sale only with a higher one.
  revision bigint not null default 1,
  updated_at timestamptz not null default now(),
  check (opens_at is null or closes_at is null or opens_at < closes_at)
);

-- UUID version 7: ids made one after another lie side by side in the indexes, so a million stored orders slow the
-- next one hardly down. 74 bits stay random.
create function time_ordered_uuid() returns uuid language sql volatile parallel safe as $$
  select encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
        placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
      52, 1), 53, 1),
    'hex')::uuid
$$;

create table orders (
  order_id uuid primary key default time_ordered_uuid(),
  -- Made before the first side effect; unique, so every retry of the protocol meets its own row (I5).
  reservation_id uuid not null unique,
  user_id text not null check (length(user_id) between 1 and 128),
  product_id text not null,
  quantity integer not null check (quantity > 0),
  -- Null only for ABANDONED rows: the sweep knows no price.
  unit_price_minor bigint check (unit_price_minor > 0),
  amount_minor bigint,
  currency char(3),
  status text not null default 'PENDING' check (status in (
    'PENDING', 'INVENTORY_RESERVED', 'PAYMENT_PENDING', 'PAYMENT_CONFIRMED',
    'CONFIRMED', 'FAILED', 'CANCELLED', 'EXPIRED', 'ABANDONED', 'REFUSED')),
  version integer not null default 1,
  epoch bigint not null,
  -- SHA-256 over product and quantity: same key with another body is told apart.
  body_hash text not null check (length(body_hash) between 1 and 128),
  -- 0 from reserve, raised by each late claim; release, settle and take act on one generation only.
  generation integer not null default 0,
  paid boolean not null default false,
  pay_by timestamptz(3),
  -- Money was taken that the customer must get back: a LATE payment, or the payment of a released order.
  refund_due boolean not null default false,
  review_reason text,
  failure_code text,
  -- Set once the tracking events (orders.created, order.progress) were appended.
  tracked_at timestamptz(3),
  -- Set after the Redis half of the ending succeeded; cleared by a late claim.
  hold_done boolean not null default false,
  restocked_at timestamptz(3),
  replay_count integer not null default 0,
  created_at timestamptz(3) not null default now_ms(),
  updated_at timestamptz(3) not null default now_ms(),
  check (amount_minor = unit_price_minor * quantity),
  check (status = 'ABANDONED' or (unit_price_minor is not null and amount_minor is not null and currency is not null))
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);
create index orders_by_user on orders (user_id, created_at desc, order_id desc);
create index orders_by_product on orders (product_id, created_at desc, order_id desc);
create index orders_by_age on orders (created_at desc, order_id desc);
create index orders_live on orders (created_at, order_id)
  where status in ('PENDING', 'INVENTORY_RESERVED', 'PAYMENT_PENDING', 'PAYMENT_CONFIRMED');
-- What the sweeps look for: endings whose Redis half nobody finished, refunds, cases for a person.
-- By creation time, not by change: an index on updated_at would make every update rewrite every index.
create index orders_unfinished on orders (created_at)
  where not hold_done and status in ('CONFIRMED', 'FAILED', 'CANCELLED', 'EXPIRED');
create index orders_refund_due on orders (created_at) where refund_due;
create index orders_review on orders (created_at) where review_reason is not null;

-- The timeline of an order and the outbox to Kafka, in one: a change and its event commit together (I6).
-- No foreign key: rows are only ever appended by the statement that writes the order, and orders are never deleted;
-- checking it would cost a tenth of every accept.
create table order_events (
  event_id bigint generated always as identity primary key,
  order_id uuid not null,
  version integer not null,
  -- The status the order moved to, or TRACKED, PAYMENT_CAPTURED, PAYMENT_LATE, REFUND_DUE, REFUNDED.
  type text not null,
  data jsonb,
  -- The topics this event must reach, unprefixed; empty for timeline-only events.
  topics text[] not null default '{}',
  occurred_at timestamptz(3) not null default now_ms(),
  -- Set after the broker acknowledged all topics.
  published_at timestamptz(3),
  unique (order_id, version)
-- The outbox index is a queue: dead entries at its head slow every poll until vacuum takes them.
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
create index order_events_unpublished on order_events (event_id) where published_at is null and topics <> '{}';

create table payments (
  payment_id uuid primary key default time_ordered_uuid(),
  order_id uuid not null references orders,
  attempt integer not null check (attempt > 0),
  -- LATE: captured, but not for this order as it is (ended, already paid, another amount): claim again or refund.
  status text not null check (status in ('REQUESTED', 'REQUIRES_ACTION', 'CAPTURED', 'LATE', 'DECLINED', 'REFUNDED')),
  amount_minor bigint not null check (amount_minor > 0),
  currency char(3) not null,
  gateway text not null check (length(gateway) between 1 and 64),
  gateway_reference text check (length(gateway_reference) <= 200),
  decline_code text check (length(decline_code) <= 100),
  refund_reference text check (length(refund_reference) <= 200),
  created_at timestamptz(3) not null default now_ms(),
  updated_at timestamptz(3) not null default now_ms(),
  unique (order_id, attempt),
  -- One payment of the gateway counts once, whatever order or attempt it is reported for (I10).
  unique (gateway, gateway_reference)
);
create index payments_late on payments (created_at) where status = 'LATE';

-- One row a second from each role replica and product, only for seconds in which something happened. Readers add the
-- rows up; the key makes it harmless to write a row again whose reply was lost.
create table role_stats (
  role text not null,
  replica text not null,
  product_id text not null default '',
  second timestamptz not null,
  -- Counts by code, such as {"accepted": 12, "SOLD_OUT": 3}.
  counts jsonb not null,
  -- Latency histogram: bucket upper bound in ms -> count, by measure, such as {"accept": {"8": 10}}.
  latency jsonb not null default '{}',
  primary key (second, role, replica, product_id)
);

-- Append-only: who changed what with this tool, and why.
create table operator_actions (
  action_id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor text not null,
  host text not null,
  command text not null,
  arguments jsonb not null,
  reason text,
  result jsonb
);
create index operator_actions_by_time on operator_actions (at);
