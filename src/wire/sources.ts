// Finds the sources of an answer among its events, and the places where its text cites them.
import type { AnswerEvent, FinishEvent, Source } from '../types.ts'

/** A citation in a text; the places are counted in characters (code points), as OpenAI's clients do. */
export interface Citation {
  source: Source
  start: number
  end: number
}

/** Returns the sources of an answer; one that was not found has none, whatever was read for it. */
export function sourcesOf (last: FinishEvent, events: readonly AnswerEvent[], end = events.length): Source[] {
  if (last.finish_reason === 'no_answer') return []
  const found = events.find((event, i) => i < end && event.type === 'sources')
  return found?.type === 'sources' ? found.sources : []
}

/** Returns the citations `[n]` of a text, in their order. @param cited the numbers that are citations: others, as in JSON, are none */
export function citationsIn (text: string, sources: readonly Source[], cited: readonly number[]): Citation[] {
  const byNumber = new Map(sources.filter(({ n }) => cited.includes(n)).map(source => [source.n, source]))
  let at = 0
  let counted = 0
  return [...text.matchAll(/\[(\d{1,3})\]/g)].flatMap(({ 0: written, 1: n, index }) => {
    counted += characters(text.slice(at, index))
    at = index
    const source = byNumber.get(Number(n))
    return source ? [{ source, start: counted, end: counted + written.length }] : []
  })
}

/** Tells if an address may become a link in a page: `javascript:` and the like must not pass. */
export function isWebAddress (url: string): boolean {
  return ['http:', 'https:'].includes(URL.parse(url)?.protocol ?? '')
}

function characters (text: string): number {
  let count = text.length
  for (let i = 0; i < text.length; i++) if (text.codePointAt(i)! > 0xffff) count--
  return count
}
