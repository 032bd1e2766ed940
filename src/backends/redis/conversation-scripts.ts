// The Lua scripts that change a conversation in Redis in one step.
import { script } from './connection.ts'

/*
 * A conversation is one hash with a time to live:
 *   created, updated (ms since 1970), digest, condensed; next = number of the next turn, first = number of the oldest stored turn;
 *   <number> = the turn, as JSON
 */
const sharedLua = `
local key = KEYS[1]
local function number (field) return tonumber(redis.call('HGET', key, field) or 0) end
local function dropBelow (n)
  for old = number('first'), n - 1 do redis.call('HDEL', key, old) end
  redis.call('HSET', key, 'first', n)
end
`

/** now, ttl ms, most turns to keep, turn */
export const append = script(sharedLua + `
local n = redis.call('HINCRBY', key, 'next', 1) - 1
if n == 0 then redis.call('HSET', key, 'created', ARGV[1]) end
redis.call('HSET', key, 'updated', ARGV[1], n, ARGV[4])
local first = n + 1 - tonumber(ARGV[3])
if first > number('first') then dropBelow(first) end
redis.call('PEXPIRE', key, ARGV[2])
return 1`)

/** created, through, digest: does nothing when the conversation has been replaced by another, or a digest covers these turns already. */
export const storeDigest = script(sharedLua + `
if redis.call('HGET', key, 'created') ~= ARGV[1] then return 0 end
local condensed = math.min(tonumber(ARGV[2]) + 1, number('next'))
if condensed <= number('condensed') then return 0 end
redis.call('HSET', key, 'digest', ARGV[3], 'condensed', condensed)
if condensed > number('first') then dropBelow(condensed) end
return 1`)
