// Summarizes earlier turns of a conversation in a few lines, without a language model.
import { sentences } from '../language/sentences.ts'
import { withoutMarks } from '../language/citation-marks.ts'
import { cut } from './messages.ts'
import type { FinishReason, Turn } from '../types.ts'

export type DigestedTurn = Turn & { finishReason: FinishReason }

/** The longest digest, and the longest question and fact in it, in characters. */
export const longestDigest = 1000
const longest = { question: 160, fact: 240 }
/** A line is cut rather than left out while this many of its characters still fit. */
const worthCutting = 60

/** Matches the marks that begin lines of lists and headings: `- `, `• `, `## `, `2. `. An item's number is not a figure. */
const listMarks = /^[ \t]*(?:[-*•·>#]+|\d{1,2}[.)])[ \t]+/gm

/**
 * Writes one line per turn: the question, and the first sentence of the answer with a figure, else its first. The
 * newest lines stay whole; when space runs out the oldest go, starting with those of the earlier digest.
 */
export function digestOf (earlier: string, turns: readonly DigestedTurn[], maxChars = longestDigest): string {
  const lines = [...sentences(earlier), ...turns.map(lineOf)]
  const kept: string[] = []
  let left = maxChars
  while (lines.length > 0) {
    const line = lines.pop()!
    if (line.length > left) {
      if (left >= worthCutting || kept.length === 0) kept.unshift(shorten(line, left))
      break
    }
    kept.unshift(line)
    left -= line.length + 1
  }
  return kept.join('\n')
}

/** Returns a text on one line, without citation marks, whose numbers mean nothing later. */
export function plain (text: string): string {
  return withoutMarks(text).replaceAll('**', '').replace(/\s+/g, ' ').trim()
}

function lineOf ({ question, standalone, answer, finishReason }: DigestedTurn): string {
  const asked = shorten(plain(standalone ?? question), longest.question)
  // "Nothing found" is not a fact.
  const said = finishReason === 'no_answer' ? [] : sentences(answer.replace(listMarks, '')).map(plain).filter(Boolean)
  const fact = said.find(sentence => /\p{N}/u.test(sentence)) ?? said[0]
  return fact === undefined ? asked : `${asked} — ${shorten(fact, longest.fact)}`
}

/** Cuts at a space, unless none is near: not every script has spaces. */
function shorten (text: string, chars: number): string {
  if (text.length <= chars) return text
  const space = text.lastIndexOf(' ', chars - 1)
  return `${cut(text, space > chars / 2 ? space : chars - 1).trimEnd()}…`
}
