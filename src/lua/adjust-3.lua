-- Lets the counter follow a change of the units seeded in Postgres, while reserves go on. It is told the new level,
-- not a difference, and how many stock movements led there: a repeated, late or skipped call cannot count twice.
--
-- KEYS[1] stock    free units
-- KEYS[2] sale     epoch
-- KEYS[3] totals   seeded, movements: the level that the counter follows
-- ARGV[1] epoch
-- ARGV[2] seeded
-- ARGV[3] movements
--
-- returns { 1, free }    adjusted; free may be below zero while units in flight are being refused
-- returns { 0, free }    already: the counter follows this level or a later one
-- returns { -1 }         not loaded
-- returns { -10 }        loaded under another epoch

local stock, sale, totals = KEYS[1], KEYS[2], KEYS[3]
local epoch, seeded, movements = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local free = redis.call('GET', stock)
if not free then
  return { -1 }
end
if redis.call('HGET', sale, 'epoch') ~= epoch then
  return { -10 }
end
local followed = redis.call('HMGET', totals, 'seeded', 'movements')
if movements <= tonumber(followed[2] or '0') then
  return { 0, tonumber(free) }
end
redis.call('HSET', totals, 'seeded', seeded, 'movements', movements)
return { 1, redis.call('INCRBY', stock, seeded - tonumber(followed[1] or '0')) }
