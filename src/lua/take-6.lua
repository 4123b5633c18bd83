-- Restores the hold of a late payment that claimed its units again in Postgres, whatever the sale state. Postgres
-- has decided, so the counter may fall below zero: then units in flight are refused there and come back here.
--
-- KEYS[1] stock    free units
-- KEYS[2] sale     epoch
-- KEYS[3] holds    reservationId -> quantity|amountMinor|currency|epoch|bodyHash|reservedAt|generation|userId
-- KEYS[4] limits   userId -> units held or bought
-- KEYS[5] totals   held: units in all holds
-- KEYS[6] done     last ended generation of this reservation
-- ARGV[1] reservationId
-- ARGV[2] generation
-- ARGV[3] userId
-- ARGV[4] quantity
-- ARGV[5] amountMinor
-- ARGV[6] currency
-- ARGV[7] bodyHash
--
-- returns 1     taken, or an earlier generation that was never released is now this one
-- returns 0     already: this generation or a later one holds the units
-- returns 3     ended: this generation is already over
-- returns -1    not loaded: nothing done, try again after the load

local stock, sale, holds, limits, totals, done = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local reservationId, generation, userId, quantity = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local amountMinor, currency, bodyHash = ARGV[5], ARGV[6], ARGV[7]

if redis.call('EXISTS', stock) == 0 then
  return -1
end
if tonumber(redis.call('GET', done) or '-1') >= generation then
  return 3
end

local earlier = redis.call('HGET', holds, reservationId)
if earlier and tonumber(string.match(earlier, '^%d+|%d+|%u+|%d+|[^|]*|%d+|(%d+)|')) >= generation then
  return 0
end

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local epoch = redis.call('HGET', sale, 'epoch') or '0'
redis.call(
  'HSET',
  holds,
  reservationId,
  table.concat({ quantity, amountMinor, currency, epoch, bodyHash, now, generation, userId }, '|')
)
if not earlier then
  redis.call('DECRBY', stock, quantity)
  redis.call('HINCRBY', limits, userId, quantity)
  redis.call('HINCRBY', totals, 'held', quantity)
end
return 1
