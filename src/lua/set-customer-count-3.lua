-- Sets what a customer holds or has bought, if it still is what it was when it was found to be wrong.
--
-- KEYS[1] stock    free units; only its existence is looked at
-- KEYS[2] sale     epoch
-- KEYS[3] limits   userId -> units held or bought
-- ARGV[1] userId
-- ARGV[2] epoch under which the count was read
-- ARGV[3] units as they were read
-- ARGV[4] units as they should be
--
-- returns 1      set
-- returns 0      already: it is as it should be
-- returns -1     not loaded
-- returns -10    loaded under another epoch, and with it every count
-- returns -13    it has changed since it was read

local stock, sale, limits = KEYS[1], KEYS[2], KEYS[3]
local userId, epoch, was, wanted = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])

if redis.call('EXISTS', stock) == 0 then
  return -1
end
if redis.call('HGET', sale, 'epoch') ~= epoch then
  return -10
end
local now = tonumber(redis.call('HGET', limits, userId) or '0')
if now == wanted then
  return 0
end
if now ~= was then
  return -13
end
if wanted > 0 then
  redis.call('HSET', limits, userId, wanted)
else
  redis.call('HDEL', limits, userId)
end
return 1
