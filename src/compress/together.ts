// Several texts under one budget: what answers best stays, in whichever of them it is.
import type { Language } from '../types.ts'
import { compress, type Mode } from './compress.ts'
import { keepPieces } from './documentation.ts'
import { kindOf } from './kind.ts'
import { readQuestion } from './question.ts'
import { assemble, sentencePieces, type Piece } from './spans.ts'

export interface TogetherOptions {
  mode: Mode
  question: string
  /** UTF-16 units that the results may have at most, all together; `off` does not look at it. */
  budget?: number
  /** Of the texts; the question may be in another. */
  language: Language
}

/** Between two texts, for scoring: no sentence and no heading reaches from one into the next. */
const parting = '\n\n'
/** Gap marks at both ends of a text, which are counted once where texts meet. */
const marksOfText = 4

/**
 * Each text with less in it, in the same order; '' where nothing of it stays. Prose is weighed together, so that a
 * sentence competes with those of all texts; of a budget, a text of another kind has its share by length.
 * Pure, deterministic, never throws.
 */
export function compressTogether (texts: readonly string[], { mode, question, budget = Infinity, language }: TogetherOptions): string[] {
  if (mode === 'off') return [...texts]
  const results = [...texts]
  const total = texts.reduce((sum, { length }) => sum + length, 0)
  const prose: number[] = []
  let left = budget
  for (const [i, text] of texts.entries()) {
    const kind = kindOf(text)
    if (kind === 'documentation') {
      prose.push(i)
      continue
    }
    const share = Math.min(left, Math.floor(budget * text.length / total))
    results[i] = compress(text, { mode, kind, question, language, ...(share < Infinity ? { budget: share } : {}) }).text
    left -= results[i]!.length
  }
  const shorter = compressProse(prose.map(i => texts[i]!), { mode, question, budget: left, language })
  for (const [n, i] of prose.entries()) results[i] = shorter[n]!
  return results
}

function compressProse (texts: readonly string[], { mode, question, budget, language }: TogetherOptions & { budget: number, mode: Exclude<Mode, 'off'> }): string[] {
  const joined = texts.join(parting)
  const pieces: Piece[] = []
  const firsts: number[] = []
  let offset = 0
  for (const text of texts) {
    firsts.push(pieces.length)
    for (const piece of sentencePieces(text)) pieces.push({ ...piece, start: piece.start + offset, end: piece.end + offset })
    offset += text.length + parting.length
  }
  const kept = keepPieces(joined, pieces, { mode, asked: readQuestion(question, language), budget: budget - marksOfText * texts.length, language })
  return texts.map((text, n) => {
    const own = pieces.slice(firsts[n], firsts[n + 1])
    const shorter = assemble(joined, own, kept.slice(firsts[n], firsts[n + 1]))
    return shorter.length < text.length ? shorter : text
  })
}
