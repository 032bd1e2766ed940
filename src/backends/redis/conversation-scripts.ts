// The Lua scripts that change a conversation in Redis in one step.
import { script } from './connection.ts'

/*
 * A conversation is one hash with a time to live:
 *   created, updated (ms since 1970), digest, condensed; next = number of the next turn, first = number of the oldest stored turn;
 *   company, user (hash), id: whose it is, to erase and export by;
 *   <number> = the turn, as JSON
 * A deleted conversation leaves another key for an hour: when it was deleted (µs, by Redis's clock, which all instances share),
 * for turns that were asked for before.
 */
const sharedLua = `
local key = KEYS[1]
local function number (field) return tonumber(redis.call('HGET', key, field) or 0) end
local function dropBelow (n)
  for old = number('first'), n - 1 do redis.call('HDEL', key, old) end
  redis.call('HSET', key, 'first', n)
end
`

const clockLua = `
local function clock () local t = redis.call('TIME') return t[1] * 1000000 + t[2] end
`

/**
 * keys: conversation, its deletion; now, ttl ms, most turns to keep, turn, '1' = the turn may be there already, asked so many
 * µs ago, most turns to compare, ms within which a question is repeated, company, user (hash), id → 1; 0 = it was not added
 * What is a repeated turn, and which of two is kept, is the same as in repeated-turns.ts.
 */
export const append = script(sharedLua + clockLua + `
if tonumber(redis.call('GET', KEYS[2]) or 0) > clock() - tonumber(ARGV[6]) then return 0 end
if ARGV[5] == '1' then
  for n = math.max(number('first'), number('next') - 20), number('next') - 1 do
    if redis.call('HGET', key, n) == ARGV[4] then return 0 end
  end
end
redis.call('HSET', key, 'company', ARGV[9], 'user', ARGV[10], 'id', ARGV[11])
local added = cjson.decode(ARGV[4])
local isSoon = added.at <= number('updated') + tonumber(ARGV[8])
local last = number('next') - 1
local function isSame (turn, n)
  if turn.requestKey ~= added.requestKey then return false end
  if turn.requestKey then return turn.question == added.question end
  if turn.answerId == added.answerId then return isSoon end
  return n == last and turn.question == added.question and (isSoon or turn.finishReason == 'stopped')
end
for n = last, math.max(number('first'), last - tonumber(ARGV[7]) + 1), -1 do
  local turn = cjson.decode(redis.call('HGET', key, n))
  if isSame(turn, n) then
    if turn.answerId ~= added.answerId and (added.finishReason ~= 'stopped' or turn.finishReason == 'stopped') then
      redis.call('HSET', key, n, ARGV[4])
    end
    redis.call('HSET', key, 'updated', ARGV[1])
    redis.call('PEXPIRE', key, ARGV[2])
    return 1
  end
end
local n = redis.call('HINCRBY', key, 'next', 1) - 1
if n == 0 then redis.call('HSET', key, 'created', ARGV[1]) end
redis.call('HSET', key, 'updated', ARGV[1], n, ARGV[4])
local first = n + 1 - tonumber(ARGV[3])
if first > number('first') then dropBelow(first) end
redis.call('PEXPIRE', key, ARGV[2])
return 1`)

/** keys: conversation, its deletion; ms for which the deletion is remembered → 1 if there was such a conversation */
export const remove = script(clockLua + `
redis.call('SET', KEYS[2], string.format('%.0f', clock()), 'PX', ARGV[1])
return redis.call('DEL', KEYS[1])`)

/** created, through, digest: does nothing when the conversation has been replaced by another, or a digest covers these turns already. */
export const storeDigest = script(sharedLua + `
if redis.call('HGET', key, 'created') ~= ARGV[1] then return 0 end
local condensed = math.min(tonumber(ARGV[2]) + 1, number('next'))
if condensed <= number('condensed') then return 0 end
redis.call('HSET', key, 'digest', ARGV[3], 'condensed', condensed)
if condensed > number('first') then dropBelow(condensed) end
return 1`)

/** keys: conversations and their deletions in turn; company, user (hash; '' = any), ms to remember the deletions → number deleted */
export const erase = script(clockLua + `
local deleted = 0
for n = 1, #KEYS, 2 do
  local f = redis.call('HMGET', KEYS[n], 'company', 'user')
  if f[1] == ARGV[1] and (ARGV[2] == '' or f[2] == ARGV[2]) then
    redis.call('SET', KEYS[n + 1], string.format('%.0f', clock()), 'PX', ARGV[3])
    redis.call('DEL', KEYS[n])
    deleted = deleted + 1
  end
end
return deleted`)

/** keys: conversations; company, user (hash) → their ids */
export const ids = script(`
local found = {}
for n = 1, #KEYS do
  local f = redis.call('HMGET', KEYS[n], 'company', 'user', 'id')
  if f[1] == ARGV[1] and f[2] == ARGV[2] then table.insert(found, f[3]) end
end
return found`)
