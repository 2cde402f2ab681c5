-- SPDX-License-Identifier: Apache-2.0
-- Lets a call to a provider begin: a token of its caller, and a place among the calls in flight, or neither.
-- KEYS: bucket, places, figures, callers.
-- ARGV: per_minute, burst, places_max, lease_ms, lease id, caller.
-- Returns {outcome, microseconds to wait, calls in flight}.
local per_minute, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local now = now_us()
local now_ms = math.floor(now / 1000)
local minute = KEYS[3] .. ':' .. string.format('%.0f', math.floor(now / 60000000))

local function refuse(reason, wait, busy)
  redis.call('HINCRBY', minute, 'refused_' .. reason, 1)
  redis.call('EXPIRE', minute, 3600)
  return {reason, wait, busy}
end

-- A holder that was killed gives its place back when its lease ends.
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now_ms)
local busy = redis.call('ZCARD', KEYS[2])
local units, at = units_in(KEYS[1], per_minute, burst, now)
if units < UNIT then
  return refuse('rate', wait_us(units, per_minute), busy)
end
if busy >= tonumber(ARGV[3]) then
  return refuse('concurrency', 1000000, busy)
end
keep(KEYS[1], units - UNIT, at, per_minute, burst)
redis.call('ZADD', KEYS[2], now_ms + tonumber(ARGV[4]), ARGV[5])
redis.call('PEXPIRE', KEYS[2], tonumber(ARGV[4]) + 1000)
-- Who calls most, by spans of ten minutes.
local span = KEYS[4] .. ':' .. string.format('%.0f', math.floor(now / 600000000))
redis.call('ZINCRBY', span, 1, ARGV[6])
redis.call('EXPIRE', span, 1200)
return {'entered', 0, busy + 1}
