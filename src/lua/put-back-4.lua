-- Puts back the hold of a live order that is missing although its units are still taken from the counter: only the
-- hold itself is written. Does nothing for a generation that has ended meanwhile, so it never revives a hold.
--
-- KEYS[1] stock    free units; only its existence is looked at
-- KEYS[2] sale     epoch
-- KEYS[3] holds    reservationId -> quantity|amountMinor|currency|epoch|bodyHash|reservedAt|generation|userId
-- KEYS[4] done     last ended generation of this reservation
-- ARGV[1] reservationId
-- ARGV[2] generation
-- ARGV[3] epoch under which the hold was missed
-- ARGV[4] hold as it is stored
--
-- returns 1      put back
-- returns 0      already: there is a hold
-- returns 3      ended: this generation is already over
-- returns -1     not loaded
-- returns -10    loaded under another epoch, and with it every hold

local stock, sale, holds, done = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local reservationId, generation, epoch, hold = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]

if redis.call('EXISTS', stock) == 0 then
  return -1
end
if redis.call('HGET', sale, 'epoch') ~= epoch then
  return -10
end
if tonumber(redis.call('GET', done) or '-1') >= generation then
  return 3
end
return redis.call('HSETNX', holds, reservationId, hold)
