-- Ends the hold of a confirmed order, once: the units are sold, so the counter and the customer's count stay.
-- Acts on the named generation and older ones of it, never on a later one.
--
-- KEYS[1] stock    free units; only its existence is looked at
-- KEYS[2] holds    reservationId -> quantity|amountMinor|currency|epoch|bodyHash|reservedAt|generation|userId
-- KEYS[3] totals   held: units in all holds
-- KEYS[4] done     last ended generation of this reservation
-- ARGV[1] reservationId
-- ARGV[2] generation
-- ARGV[3] seconds the mark lives
--
-- returns 1     settled
-- returns 0     already: no such hold, or a later generation holds the units
-- returns -1    not loaded: nothing done, try again after the load

local stock, holds, totals, done = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
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
local quantity, held = string.match(hold, '^(%d+)|%d+|%u+|%d+|[^|]*|%d+|(%d+)|')
if tonumber(held) > generation then
  return 0
end

redis.call('HDEL', holds, reservationId)
redis.call('HINCRBY', totals, 'held', -quantity)
return 1
