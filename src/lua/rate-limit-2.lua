-- Takes one request from a customer's and an address's share, or from neither. Each share is one number (GCRA): the
-- time at which it would be whole again. A refused request takes nothing, so whoever knocks on does not lock himself
-- out, nor a limited customer everybody behind his address.
--
-- KEYS[1] customer  time of wholeness, in microseconds
-- KEYS[2] address   the same
-- ARGV[1] quota of the customer; 0 for no limit
-- ARGV[2] seconds within which it is whole again
-- ARGV[3] quota of the address; 0 for no limit
-- ARGV[4] seconds within which it is whole again
--
-- returns { 1, remaining, ms until whole, remaining, ms until whole }    taken; customer, then address
-- returns { -12, ms until the next, ms until the next }                  limited; 0 for the share that is not spent

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local function look(key, quota, seconds)
  if quota == 0 then
    return nil
  end
  -- Whole microseconds, so that no rounding ever adds up to one request more.
  local spacing = math.floor(seconds * 1000000 / quota)
  local whole = math.max(tonumber(redis.call('GET', key) or '') or 0, now) + spacing
  local spare = spacing * quota - (whole - now)
  return { key = key, whole = whole, wait = math.max(-spare, 0), remaining = math.floor(spare / spacing) }
end

local function milliseconds(microseconds)
  return math.ceil(microseconds / 1000)
end

local customer = look(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]))
local address = look(KEYS[2], tonumber(ARGV[3]), tonumber(ARGV[4]))
local customerWait = customer and customer.wait or 0
local addressWait = address and address.wait or 0
if customerWait > 0 or addressWait > 0 then
  return { -12, milliseconds(customerWait), milliseconds(addressWait) }
end

local reply = { 1, 0, 0, 0, 0 }
for place, share in pairs({ [2] = customer, [4] = address }) do
  local lasts = milliseconds(share.whole - now)
  redis.call('SET', share.key, string.format('%.0f', share.whole), 'PX', lasts)
  reply[place], reply[place + 1] = share.remaining, lasts
end
return reply
