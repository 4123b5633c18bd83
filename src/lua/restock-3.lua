-- Offers the units of a sold order again, once: the sale was called off, and Postgres has given its claim back. The order has no
-- hold any more, so the mark of its next generation is what says that it was done.
--
-- KEYS[1] stock    free units
-- KEYS[2] limits   userId -> units held or bought
-- KEYS[3] done     last ended generation of this reservation
-- ARGV[1] generation
-- ARGV[2] userId
-- ARGV[3] quantity
-- ARGV[4] seconds the mark lives
--
-- returns 1     restocked
-- returns 0     already: done before, or what was loaded since has counted them as free
-- returns -1    not loaded: nothing done, try again after the load

local stock, limits, done = KEYS[1], KEYS[2], KEYS[3]
local generation, userId, quantity, seconds = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]

if redis.call('EXISTS', stock) == 0 then
  return -1
end
if tonumber(redis.call('GET', done) or '-1') >= generation then
  return 0
end
redis.call('SET', done, generation, 'EX', seconds)
redis.call('INCRBY', stock, quantity)
if redis.call('HINCRBY', limits, userId, -quantity) <= 0 then
  redis.call('HDEL', limits, userId)
end
return 1
