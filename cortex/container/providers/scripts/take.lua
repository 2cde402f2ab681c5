-- SPDX-License-Identifier: Apache-2.0
-- Takes one token. KEYS: bucket. ARGV: per_minute, burst.
-- Returns {1 if taken else 0, whole tokens left, microseconds until the next token}.
local per_minute, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local units, at = units_in(KEYS[1], per_minute, burst, now_us())
if units < UNIT then
  return {0, 0, wait_us(units, per_minute)}
end
units = units - UNIT
keep(KEYS[1], units, at, per_minute, burst)
return {1, math.floor(units / UNIT), 0}
