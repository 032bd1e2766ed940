// Turns a passage into the source that a client sees.
import { factLine } from '../language/passage-lines.ts'
import type { Passage, Place, Source } from '../types.ts'
import { cut } from './messages.ts'
import { onceForText } from '../language/once-for-text.ts'
import { disarmMarkup } from '../language/safe-text.ts'
import { linkAddress } from './safe-url.ts'

const snippetChars = 240

/** @param n its number, from 1: the answer cites it as `[n]` */
export function toSource (passage: Passage, n: number): Source {
  const { id, index, title, url, score, heading, page, places } = passage
  const body = passage.text || passage.fields.map(factLine).join('; ')
  return {
    n,
    id,
    index,
    title: disarmMarkup(title),
    url: linkAddress(url),
    score: Math.round(score * 1000) / 1000,
    snippet: snippetOf(body),
    ...(heading === undefined ? {} : { heading: disarmMarkup(heading) }),
    ...(page === undefined ? {} : { page }),
    ...(places ? { places: places.map(safePlace) } : {}),
  }
}

function safePlace ({ title, url, heading, ...rest }: Place): Place {
  const safe = { title: disarmMarkup(title), url: linkAddress(url), ...rest }
  return heading === undefined ? safe : { ...safe, heading: disarmMarkup(heading) }
}

const snippetOf = onceForText(text => disarmMarkup(snippet(text)), { maxChars: 250_000 })

function snippet (text: string): string {
  const flat = beginning(text)
  if (flat.length <= snippetChars) return flat
  // Cuts at a space, unless none is near: not every script has spaces.
  const space = flat.lastIndexOf(' ', snippetChars)
  return `${cut(flat, space > snippetChars / 2 ? space : snippetChars).trimEnd()}…`
}

/** Returns a text with single spaces, or its beginning when that is longer than a snippet. */
function beginning (text: string): string {
  for (let read = 2 * snippetChars; ; read *= 2) {
    const flat = text.slice(0, read).replace(/\s{2,}|[^\S ]/g, ' ')
    if (flat.length > snippetChars || read >= text.length) return flat
  }
}
