// Cleans the results of an engine, so that they are safe to show and to give to a model.
import { Parser } from 'htmlparser2'
import type { WebResult } from './port.ts'

/** A result as the engine sends it; no part of it is trusted. */
export interface RawResult {
  title: unknown
  url: unknown
  snippet: unknown
  /** A date, in any form that can be parsed. */
  date?: unknown
}

/** Characters. */
const longest = { title: 200, snippet: 600, url: 2048, raw: 20_000 }

/** Returns the results that have a web address and a text, as plain text, each address once. */
export function cleanResults (raw: RawResult[], limit: number): WebResult[] {
  const found = new Map<string, WebResult>()
  for (const { title, url, snippet, date } of raw) {
    if (found.size >= limit) break
    const address = webAddress(url)
    const text = cut(toPlainText(snippet), longest.snippet)
    const name = cut(toPlainText(title), longest.title)
    if (!address || found.has(address) || !(text || name)) continue
    const age = day(date)
    found.set(address, { title: name || new URL(address).hostname, url: address, snippet: text, ...(age && { age }) })
  }
  return [...found.values()]
}

function webAddress (url: unknown): string | null {
  const parsed = typeof url === 'string' && url.length <= longest.url ? URL.parse(url) : null
  if (!parsed || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') || parsed.username || parsed.password) return null
  return parsed.href
}

/** Removes tags, entities, invisible characters, and characters that change the direction of others. */
function toPlainText (text: unknown): string {
  if (typeof text !== 'string') return ''
  let bare = ''
  const parser = new Parser({ ontext: part => { bare += part } }, { decodeEntities: true })
  parser.end(text.slice(0, longest.raw))
  return bare.toWellFormed().replace(/[\s\p{Cc}]+/gu, ' ').replace(/\p{Cf}/gu, '').trim()
}

function cut (text: string, length: number): string {
  if (text.length <= length) return text
  const start = text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')
  return `${start.slice(0, start.lastIndexOf(' ') > length / 2 ? start.lastIndexOf(' ') : undefined)}…`
}

function day (date: unknown): string | undefined {
  const time = typeof date === 'string' ? Date.parse(date) : NaN
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10)
}
