-- SPDX-License-Identifier: Apache-2.0
-- A token bucket in whole numbers, so that no token is ever rounded into being: one token is 60,000,000 units,
-- and `per_minute` tokens a minute are `per_minute` units a microsecond. A bucket that nobody keeps is full.
-- The time is this server's, so the clocks of its clients need not agree.
local UNIT = 60000000

local function now_us()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end

-- Returns the units in the bucket and the instant they are counted at, which never runs backwards.
local function units_in(key, per_minute, burst, now)
  local stored = redis.call('HMGET', key, 'units', 'at')
  local units, at = tonumber(stored[1]), tonumber(stored[2])
  if not units or not at then
    return burst * UNIT, now
  end
  if at > now then
    return math.min(units, burst * UNIT), at
  end
  return math.min(units + (now - at) * per_minute, burst * UNIT), now
end

-- Kept until it is full again: what has expired is full.
local function keep(key, units, at, per_minute, burst)
  redis.call('HSET', key, 'units', string.format('%.0f', units), 'at', string.format('%.0f', at))
  redis.call('PEXPIRE', key, math.ceil((burst * UNIT - units) / per_minute / 1000) + 1000)
end

local function wait_us(units, per_minute)
  return math.ceil((UNIT - units) / per_minute)
end
