-- Writes a product's price and whether it is active, unless a later change is already there.
--
-- KEYS[1] price   revision|active|amountMinor|currency
-- ARGV[1] revision
-- ARGV[2] price as it is stored
--
-- returns 1    written
-- returns 0    already: this revision or a later one is there

local price = KEYS[1]
local revision, value = tonumber(ARGV[1]), ARGV[2]

if revision <= tonumber(string.match(redis.call('GET', price) or '', '^(%d+)|') or '0') then
  return 0
end
redis.call('SET', price, value)
return 1
