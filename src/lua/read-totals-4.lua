-- Reads the figures of a product at one moment, without walking its hashes.
--
-- KEYS[1] stock    free units
-- KEYS[2] sale     epoch
-- KEYS[3] holds    reservationId -> hold
-- KEYS[4] totals   held, seeded, movements
--
-- returns { free, holds, held, epoch, seeded, movements }    texts, empty where there is none

local stock, sale, holds, totals = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

local figures = redis.call('HMGET', totals, 'held', 'seeded', 'movements')
return {
  redis.call('GET', stock) or '',
  tostring(redis.call('HLEN', holds)),
  figures[1] or '',
  redis.call('HGET', sale, 'epoch') or '',
  figures[2] or '',
  figures[3] or '',
}
