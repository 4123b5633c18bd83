-- Gives the units of a hold back, once. Acts on the named generation and older ones of it, never on a later one;
-- the mark it leaves makes a late resend of the reservation find an end instead of free units.
--
-- KEYS[1] stock    free units
-- KEYS[2] holds    reservationId -> quantity|amountMinor|currency|epoch|bodyHash|reservedAt|generation|userId
-- KEYS[3] limits   userId -> units held or bought
-- KEYS[4] totals   held: units in all holds
-- KEYS[5] done     last ended generation of this reservation
-- ARGV[1] reservationId
-- ARGV[2] generation
-- ARGV[3] seconds the mark lives
--
-- returns 1     released
-- returns 0     already: no such hold, or a later generation holds the units
-- returns -1    not loaded: nothing done, try again after the load

local stock, holds, limits, totals, done = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local reservationId, generation, seconds = ARGV[1], tonumber(ARGV[2]), ARGV[3]

if redis.call('EXISTS', stock) == 0 then
  return -1
end
if generation >= tonumber(redis.call('GET', done) or '0') then
  redis.call('SET', done, generation, 'EX', seconds)
end

local hold = redis.call('HGET', holds, reservationId)
if not hold then
  return 0
end
local quantity, held, userId = string.match(hold, '^(%d+)|%d+|%u+|%d+|[^|]*|%d+|(%d+)|(.*)$')
if tonumber(held) > generation then
  return 0
end

redis.call('HDEL', holds, reservationId)
redis.call('INCRBY', stock, quantity)
redis.call('HINCRBY', totals, 'held', -quantity)
if redis.call('HINCRBY', limits, userId, -quantity) <= 0 then
  redis.call('HDEL', limits, userId)
end
return 1
