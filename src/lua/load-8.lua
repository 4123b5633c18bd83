-- Switches a product's state in, all at once: the holds and limits that were staged, the counter, price and sale.
--
-- KEYS[1] stock         free units
-- KEYS[2] price         revision|active|amountMinor|currency
-- KEYS[3] sale          state, opensAt, closesAt, maxPerOrder, maxPerCustomer, revision, epoch
-- KEYS[4] holds         reservationId -> hold
-- KEYS[5] limits        userId -> units held or bought
-- KEYS[6] totals        held, seeded, movements
-- KEYS[7] stagedHolds   what becomes holds
-- KEYS[8] stagedLimits  what becomes limits
-- ARGV[1] epoch
-- ARGV[2] free units
-- ARGV[3] seeded
-- ARGV[4] movements
-- ARGV[5] units in the staged holds
-- ARGV[6] number of staged holds
-- ARGV[7] number of staged limits
-- ARGV[8] price as it is stored; empty for none
-- ARGV[9] sale revision; 0 for no sale row
-- ARGV[10] state
-- ARGV[11] opensAt
-- ARGV[12] closesAt
-- ARGV[13] maxPerOrder
-- ARGV[14] maxPerCustomer
--
-- returns 1      loaded
-- returns 0      already: loaded under this epoch
-- returns -10    a later epoch has begun: somebody else loads
-- returns -11    incomplete: what was staged is not all there

local stock, price, sale, holds, limits = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local totals, stagedHolds, stagedLimits = KEYS[6], KEYS[7], KEYS[8]
local epoch, free, seeded, movements = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local heldUnits, holdCount, limitCount = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local newPrice, saleRevision = ARGV[8], tonumber(ARGV[9])

local current = tonumber(redis.call('HGET', sale, 'epoch') or '0')
if current > tonumber(epoch) then
  return -10
end
if current == tonumber(epoch) and redis.call('EXISTS', stock) == 1 then
  return 0
end
if redis.call('HLEN', stagedHolds) ~= holdCount or redis.call('HLEN', stagedLimits) ~= limitCount then
  return -11
end

redis.call('UNLINK', holds, limits, totals)
if holdCount > 0 then
  redis.call('RENAME', stagedHolds, holds)
  redis.call('PERSIST', holds)
end
if limitCount > 0 then
  redis.call('RENAME', stagedLimits, limits)
  redis.call('PERSIST', limits)
end
redis.call('HSET', totals, 'held', heldUnits, 'seeded', seeded, 'movements', movements)

-- A price or sale that changed after the look at Postgres has a higher revision and stays.
local function revisionOf(stored)
  return tonumber(string.match(stored or '', '^(%d+)|') or '0')
end
if newPrice ~= '' and revisionOf(newPrice) > revisionOf(redis.call('GET', price)) then
  redis.call('SET', price, newPrice)
end
if saleRevision > tonumber(redis.call('HGET', sale, 'revision') or '0') then
  redis.call('HSET', sale, 'revision', ARGV[9], 'state', ARGV[10], 'opensAt', ARGV[11], 'closesAt', ARGV[12],
    'maxPerOrder', ARGV[13], 'maxPerCustomer', ARGV[14])
end

redis.call('HSET', sale, 'epoch', epoch)
redis.call('SET', stock, free)
return 1
