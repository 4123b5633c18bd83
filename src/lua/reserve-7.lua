-- Holds units of a product for one reservation, or says why not. A hold that this reservation already has is
-- answered first, so a resent script costs no second unit; a refusal changes nothing.
--
-- KEYS[1] stock    free units
-- KEYS[2] price    revision|active|amountMinor|currency
-- KEYS[3] sale     state, opensAt, closesAt, maxPerOrder, maxPerCustomer, epoch
-- KEYS[4] holds    reservationId -> quantity|amountMinor|currency|epoch|bodyHash|reservedAt|generation|userId
-- KEYS[5] limits   userId -> units held or bought
-- KEYS[6] totals   held: units in all holds
-- KEYS[7] done     last ended generation of this reservation
-- ARGV[1] reservationId
-- ARGV[2] userId
-- ARGV[3] quantity
-- ARGV[4] bodyHash
--
-- returns { 1, hold }     reserved
-- returns { 2, hold }     known: the earlier hold as it was stored
-- returns { 3 }           ended: this reservation is over
-- returns { -1 }          not loaded
-- returns { -2 }          no price
-- returns { -3, opensAt } not open yet
-- returns { -4 }          paused
-- returns { -5 }          closed, or the product is not active
-- returns { -6, max }     above the maximum per order
-- returns { -7, max }     above the maximum per customer
-- returns { -8 }          sold out
-- returns { -9 }          quantity is not a whole number from 1

local stock, price, sale, holds = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local limits, totals, done = KEYS[5], KEYS[6], KEYS[7]
local reservationId, userId, quantityText, bodyHash = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

-- Ten digits at most: beyond that numbers lose exactness, and no order is that large.
if not string.match(quantityText, '^[1-9]%d?%d?%d?%d?%d?%d?%d?%d?%d?$') then
  return { -9 }
end
local quantity = tonumber(quantityText)

local known = redis.call('HGET', holds, reservationId)
if known then
  return { 2, known }
end
if redis.call('EXISTS', done) == 1 then
  return { 3 }
end

local rules = redis.call('HMGET', sale, 'epoch', 'state', 'opensAt', 'closesAt', 'maxPerOrder', 'maxPerCustomer')
local epoch, state, opensAt, closesAt = rules[1], rules[2], rules[3], rules[4]
local maxPerOrder, maxPerCustomer = tonumber(rules[5] or ''), tonumber(rules[6] or '')
local free = tonumber(redis.call('GET', stock) or '')
if not free or not epoch then
  return { -1 }
end

local active, amountMinor, currency = string.match(redis.call('GET', price) or '', '^%d+|([01])|(%d+)|(%u%u%u)$')
if not amountMinor then
  return { -2 }
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if active == '0' or state == 'CLOSED' or now >= (tonumber(closesAt or '') or math.huge) then
  return { -5 }
end
if state == 'PAUSED' then
  return { -4 }
end
if now < (tonumber(opensAt or '') or 0) then
  return { -3, opensAt }
end
if maxPerOrder and quantity > maxPerOrder then
  return { -6, maxPerOrder }
end
if maxPerCustomer and tonumber(redis.call('HGET', limits, userId) or '0') + quantity > maxPerCustomer then
  return { -7, maxPerCustomer }
end
if free < quantity then
  return { -8 }
end

-- Milliseconds need %.0f: tostring would write them as 1.7e+12.
local hold = table.concat(
  { quantity, amountMinor, currency, epoch, bodyHash, string.format('%.0f', now), 0, userId },
  '|'
)
redis.call('DECRBY', stock, quantity)
redis.call('HSET', holds, reservationId, hold)
redis.call('HINCRBY', limits, userId, quantity)
redis.call('HINCRBY', totals, 'held', quantity)
return { 1, hold }
