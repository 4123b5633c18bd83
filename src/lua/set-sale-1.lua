-- Writes a product's sale state, window and limits, unless a later change is already there. Takes effect with the
-- next reserve.
--
-- KEYS[1] sale   state, opensAt, closesAt, maxPerOrder, maxPerCustomer, revision
-- ARGV[1] revision
-- ARGV[2] state: OPEN, PAUSED or CLOSED
-- ARGV[3] opensAt in milliseconds; empty for none
-- ARGV[4] closesAt in milliseconds; empty for none
-- ARGV[5] maxPerOrder; empty for none
-- ARGV[6] maxPerCustomer; empty for none
--
-- returns 1    written
-- returns 0    already: this revision or a later one is there

local sale = KEYS[1]

if tonumber(ARGV[1]) <= tonumber(redis.call('HGET', sale, 'revision') or '0') then
  return 0
end
redis.call('HSET', sale, 'revision', ARGV[1], 'state', ARGV[2], 'opensAt', ARGV[3], 'closesAt', ARGV[4],
  'maxPerOrder', ARGV[5], 'maxPerCustomer', ARGV[6])
return 1
