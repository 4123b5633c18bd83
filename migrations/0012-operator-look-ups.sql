-- oldest-binary: 0.1.0
-- What an operator looks up. No index on orders: with a million of them every list reads in time by those that are
-- there, and each further one would cost every accept.

-- The actions that touched one order: they name it in their arguments, as orderId or among orderIds. Written by people, so
-- the index costs no buyer anything.
create index operator_actions_by_arguments on operator_actions using gin (arguments jsonb_path_ops);
