// Turns a passage into the source that a client sees.
import { factLine } from '../language/passage-lines.ts'
import type { Passage, Source } from '../types.ts'
import { cut } from './messages.ts'
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
    title,
    url: linkAddress(url),
    score: Math.round(score * 1000) / 1000,
    snippet: snippet(body),
    ...(heading === undefined ? {} : { heading }),
    ...(page === undefined ? {} : { page }),
    ...(places ? { places: places.map(place => ({ ...place, url: linkAddress(place.url) })) } : {}),
  }
}

function snippet (text: string): string {
  const flat = text.replace(/\s+/g, ' ')
  if (flat.length <= snippetChars) return flat
  // Cuts at a space, unless none is near: not every script has spaces.
  const space = flat.lastIndexOf(' ', snippetChars)
  return `${cut(flat, space > snippetChars / 2 ? space : snippetChars).trimEnd()}…`
}
