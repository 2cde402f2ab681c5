-- SPDX-License-Identifier: Apache-2.0
-- Gives the place back and adds the call to the figures of this minute.
-- KEYS: places, figures, breakers, last error.
-- ARGV: lease id, answered or failed, microseconds, histogram field, 1 if late, process, breaker, error.
redis.call('ZREM', KEYS[1], ARGV[1])
local now = now_us()
local minute = KEYS[2] .. ':' .. string.format('%.0f', math.floor(now / 60000000))
redis.call('HINCRBY', minute, ARGV[2], 1)
redis.call('HINCRBY', minute, 'microseconds', ARGV[3])
redis.call('HINCRBY', minute, ARGV[4], 1)
if ARGV[5] == '1' then
  redis.call('HINCRBY', minute, 'late', 1)
end
redis.call('EXPIRE', minute, 3600)
local now_ms = string.format('%.0f', math.floor(now / 1000))
redis.call('HSET', KEYS[3], ARGV[6], ARGV[7] .. '|' .. now_ms)
redis.call('EXPIRE', KEYS[3], 3600)
if ARGV[8] ~= '' then
  redis.call('SET', KEYS[4], now_ms .. '|' .. ARGV[8], 'EX', 86400)
end
return 0
