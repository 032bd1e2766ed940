// The Lua scripts that change an answer in Redis in one step: claim, write, join, stop, bury.
import { script } from './connection.ts'

export type { Script } from './connection.ts'

/*
 * Keys, all with a time to live:
 *   k:<hash of the answer's key>  the id of the answer for equal questions
 *   m:<id>   hash: owner (instance), company, user (hash), key (hash), ended, keep;
 *            f:<instance> = until when (ms) that instance counts as a reader
 *   a:<id>   stream of its events: field = number of the first event, value = JSON list of events, a token is stored as its bare text
 *   i:<instance>   its inbox, a stream; while it exists the instance is alive
 * The scripts compute keys from values that they read, so they need one primary, not a cluster.
 */
const sharedLua = `
local prefix, me = ARGV[1], ARGV[2]
local function now () local t = redis.call('TIME') return t[1] * 1000 + math.floor(t[2] / 1000) end
local function alive (instance) return redis.call('EXISTS', prefix .. 'i:' .. instance) == 1 end
local function unname (id, key)
  if key and key ~= '' and redis.call('GET', prefix .. 'k:' .. key) == id then redis.call('DEL', prefix .. 'k:' .. key) end
end
local function bury (id)
  unname(id, redis.call('HGET', prefix .. 'm:' .. id, 'key'))
  redis.call('DEL', prefix .. 'm:' .. id, prefix .. 'a:' .. id)
end
local function tell (instance, what, id)
  redis.call('XADD', prefix .. 'i:' .. instance, 'MAXLEN', '~', 10000, '*', what, id)
end
local function take (id, company, leaseMs)
  local m, a = prefix .. 'm:' .. id, prefix .. 'a:' .. id
  local f = redis.call('HMGET', m, 'owner', 'company', 'ended')
  if not f[1] or (company ~= '' and f[2] ~= company) then return nil end
  local events = redis.call('XRANGE', a, '-', '+')
  if f[3] then
    if #events > 0 then return { 'ended', id, f[1], f[2], events, redis.call('PTTL', m) } end
    bury(id)
    return nil
  end
  if f[1] ~= me then
    if not alive(f[1]) then bury(id) return nil end
    redis.call('HSET', m, 'f:' .. me, now() + leaseMs)
  end
  return { 'running', id, f[1], f[2], events, 0 }
end
local function alone (id)
  local fields, t = redis.call('HGETALL', prefix .. 'm:' .. id), now()
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 2) == 'f:' and tonumber(fields[i + 1]) > t then return false end
  end
  return true
end
`

/**
 * prefix, me, hash, new id, company, live ms, lease ms, user (hash)
 * → `Found`, with the name's time to live; nil = the caller makes the answer.
 */
export const claim = script(sharedLua + `
local k = prefix .. 'k:' .. ARGV[3]
local id = redis.call('GET', k)
if id then
  local found = take(id, ARGV[5], ARGV[7])
  if found then
    found[7] = redis.call('PTTL', k)
    return found
  end
end
redis.call('SET', k, ARGV[4], 'PX', ARGV[6])
redis.call('HSET', prefix .. 'm:' .. ARGV[4], 'owner', me, 'company', ARGV[5], 'key', ARGV[3], 'user', ARGV[8])
redis.call('PEXPIRE', prefix .. 'm:' .. ARGV[4], ARGV[6])
return nil`)

/** prefix, me, id, company ('' = any), lease ms → `Found`; nil = there is no such answer. */
export const join = script(sharedLua + 'return take(ARGV[3], ARGV[4], ARGV[5])')

/**
 * prefix, me, id, company, hash ('' = none), live ms, number of the first event, events, ended ('' = no), cache ms, kept ms,
 * user (hash)
 * → 1; 0 = Redis does not have the earlier events: write all of them.
 */
export const write = script(sharedLua + `
local id, hash, first = ARGV[3], ARGV[5], ARGV[7]
local m, a, k = prefix .. 'm:' .. id, prefix .. 'a:' .. id, prefix .. 'k:' .. hash
if redis.call('HGET', m, 'owner') ~= me then
  if first ~= '0' then return 0 end
  redis.call('HSET', m, 'owner', me, 'company', ARGV[4], 'key', hash, 'user', ARGV[12])
  if hash ~= '' then redis.call('SET', k, id, 'PX', ARGV[6], 'NX') end
elseif first ~= '0' and redis.call('EXISTS', a) == 0 then
  return 0
end
redis.call('XADD', a, '*', first, ARGV[8])
local ttl = ARGV[6]
if ARGV[9] ~= '' then
  redis.call('HSET', m, 'ended', 1)
  ttl = ARGV[11]
  if tonumber(ARGV[10]) > 0 then
    local held = redis.call('GET', k)
    if not held or held == id then redis.call('SET', k, id, 'PX', ARGV[10]) end
  else
    unname(id, hash)
  end
elseif hash ~= '' and redis.call('GET', k) == id then
  redis.call('PEXPIRE', k, ttl)
end
redis.call('PEXPIRE', m, ttl)
redis.call('PEXPIRE', a, ttl)
return 1`)

/** prefix, me, id, hash: no longer gives this answer to equal questions. */
export const forget = script(sharedLua + 'unname(ARGV[3], ARGV[4])')

/** prefix, me, id: deletes an answer that was claimed here and never started, or whose instance is gone. */
export const release = script(sharedLua + `
local owner = redis.call('HGET', prefix .. 'm:' .. ARGV[3], 'owner')
if owner and (owner == me or not alive(owner)) then bury(ARGV[3]) end`)

/** prefix, me, id → 0 = others read it; 2 = a reader that left may resume it; 1 = no readers, and it can no longer be joined. */
export const abandon = script(sharedLua + `
if not alone(ARGV[3]) then return 0 end
if redis.call('HDEL', prefix .. 'm:' .. ARGV[3], 'keep') == 1 then return 2 end
unname(ARGV[3], redis.call('HGET', prefix .. 'm:' .. ARGV[3], 'key'))
return 1`)

/** prefix, me, id, owner: this instance stops reading it. */
export const leave = script(sharedLua + `
redis.call('HDEL', prefix .. 'm:' .. ARGV[3], 'f:' .. me)
if alive(ARGV[4]) then tell(ARGV[4], 'left', ARGV[3]) end`)

/** prefix, me, id: records that one of its readers may resume it. */
export const keep = script(
  sharedLua + "if redis.call('EXISTS', prefix .. 'm:' .. ARGV[3]) == 1 then redis.call('HSET', prefix .. 'm:' .. ARGV[3], 'keep', 1) end"
)

/** prefix, me: wakes this instance's own blocking read. */
export const wake = script(sharedLua + 'if alive(me) then tell(me, \'wake\', \'\') end')

/** prefix, me, id, company ('' = any), cause → 1; 0 = this company has no such answer. */
export const stop = script(sharedLua + `
local f = redis.call('HMGET', prefix .. 'm:' .. ARGV[3], 'owner', 'company', 'ended', 'key')
if not f[1] or (ARGV[4] ~= '' and f[2] ~= ARGV[4]) then return 0 end
if f[3] then return 1 end
if not alive(f[1]) then bury(ARGV[3]) return 0 end
unname(ARGV[3], f[4])
tell(f[1], ARGV[5], ARGV[3])
return 1`)

/**
 * prefix, me, alive ms, live ms, lease ms, JSON {silent, followed, watched, left}
 * → [followed answers without a sign of life, watched answers without a reader, left answers that have ended or are gone]
 * Writes the instance's sign of life, for all its answers at once.
 */
export const beat = script(sharedLua + `
local inbox, ids = prefix .. 'i:' .. me, cjson.decode(ARGV[6])
if redis.call('EXISTS', inbox) == 0 then redis.call('XADD', inbox, '*', 'wake', '') end
redis.call('PEXPIRE', inbox, ARGV[3])
for _, id in ipairs(ids.silent) do
  local key = redis.call('HGET', prefix .. 'm:' .. id, 'key')
  redis.call('PEXPIRE', prefix .. 'm:' .. id, ARGV[4])
  redis.call('PEXPIRE', prefix .. 'a:' .. id, ARGV[4])
  if key and key ~= '' and redis.call('GET', prefix .. 'k:' .. key) == id then redis.call('PEXPIRE', prefix .. 'k:' .. key, ARGV[4]) end
end
local dead, free = {}, {}
for _, id in ipairs(ids.followed) do
  local f = redis.call('HMGET', prefix .. 'm:' .. id, 'owner', 'ended')
  if f[1] then redis.call('HSET', prefix .. 'm:' .. id, 'f:' .. me, now() + ARGV[5]) end
  if not f[1] or not (f[2] or alive(f[1])) then table.insert(dead, id) end
end
for _, id in ipairs(ids.watched) do
  if alone(id) then table.insert(free, id) end
end
local over = {}
for _, id in ipairs(ids.left) do
  local f = redis.call('HMGET', prefix .. 'm:' .. id, 'owner', 'ended')
  if not f[1] or f[2] or not alive(f[1]) then table.insert(over, id) end
end
return { dead, free, over }`)

/**
 * prefix, me, company, user (hash; '' = any), message, ids… → [ids that were deleted, the number that still run]
 * Deletes those of the answers that belong to the company or user; tells their instances to end those that run.
 */
export const erase = script(sharedLua + `
local deleted, running = {}, 0
for n = 6, #ARGV do
  local id = ARGV[n]
  local f = redis.call('HMGET', prefix .. 'm:' .. id, 'owner', 'company', 'user', 'ended')
  if f[1] and f[2] == ARGV[3] and (ARGV[4] == '' or f[3] == ARGV[4]) then
    if f[4] or not alive(f[1]) then
      bury(id)
      table.insert(deleted, id)
    else
      tell(f[1], 'erase', ARGV[5])
      running = running + 1
    end
  end
end
return { deleted, running }`)

/** prefix, me: removes the instance, which is shutting down. */
export const removeInstance = script(sharedLua + 'redis.call(\'DEL\', prefix .. \'i:\' .. me)')

/** An answer as stored in Redis. */
export type Found = [
  state: 'ended' | 'running',
  id: string,
  owner: string,
  company: string,
  entries: Entry[],
  keptMs: number,
  freshMs?: number,
]

/** One entry of a stream: its id, and its fields and values in turn. */
export type Entry = [id: string, fields: string[]]
