// The Lua scripts that change a conversation in Redis in one step.
import { script } from './connection.ts'

/*
 * A conversation is one hash with a time to live:
 *   created, updated (ms since 1970), digest, condensed; next = number of the next turn, first = number of the oldest stored turn;
 *   <number> = the turn, as JSON
 * A deleted conversation leaves another key for an hour: when it was deleted, for turns that have waited since before.
 */
const sharedLua = `
local key = KEYS[1]
local function number (field) return tonumber(redis.call('HGET', key, field) or 0) end
local function dropBelow (n)
  for old = number('first'), n - 1 do redis.call('HDEL', key, old) end
  redis.call('HSET', key, 'first', n)
end
`

/**
 * keys: conversation, its deletion; now, ttl ms, most turns to keep, turn, '1' = the turn may be there already, or may have
 * been deleted. → 1; 0 = it was not added again
 */
export const append = script(sharedLua + `
if ARGV[5] == '1' then
  local deletedAt = tonumber(redis.call('GET', KEYS[2]) or 0)
  if deletedAt >= tonumber(ARGV[1]) then return 0 end
  for n = math.max(number('first'), number('next') - 20), number('next') - 1 do
    if redis.call('HGET', key, n) == ARGV[4] then return 0 end
  end
end
local n = redis.call('HINCRBY', key, 'next', 1) - 1
if n == 0 then redis.call('HSET', key, 'created', ARGV[1]) end
redis.call('HSET', key, 'updated', ARGV[1], n, ARGV[4])
local first = n + 1 - tonumber(ARGV[3])
if first > number('first') then dropBelow(first) end
redis.call('PEXPIRE', key, ARGV[2])
return 1`)

/** keys: conversation, its deletion; now, ms for which the deletion is remembered → 1 if there was such a conversation */
export const remove = script(`
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return redis.call('DEL', KEYS[1])`)

/** created, through, digest: does nothing when the conversation has been replaced by another, or a digest covers these turns already. */
export const storeDigest = script(sharedLua + `
if redis.call('HGET', key, 'created') ~= ARGV[1] then return 0 end
local condensed = math.min(tonumber(ARGV[2]) + 1, number('next'))
if condensed <= number('condensed') then return 0 end
redis.call('HSET', key, 'digest', ARGV[3], 'condensed', condensed)
if condensed > number('first') then dropBelow(condensed) end
return 1`)
