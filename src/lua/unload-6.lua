-- Closes a product before it is loaded anew: from here until the load every reserve, release and settle is told
-- "not loaded", so nothing happens between the look at Postgres and the switch that the load would undo.
-- Marks of ended reservations stay.
--
-- KEYS[1] stock
-- KEYS[2] price
-- KEYS[3] sale     epoch: the one that the coming load has
-- KEYS[4] holds
-- KEYS[5] limits
-- KEYS[6] totals
-- ARGV[1] epoch
--
-- returns 1      unloaded
-- returns -10    a later epoch has begun: somebody else loads

local stock, price, sale, holds, limits, totals = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local epoch = ARGV[1]

if tonumber(redis.call('HGET', sale, 'epoch') or '0') > tonumber(epoch) then
  return -10
end
redis.call('UNLINK', stock, price, sale, holds, limits, totals)
redis.call('HSET', sale, 'epoch', epoch)
return 1
