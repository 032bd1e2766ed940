// What earlier turns of a conversation were about, in a few lines and without a language model.
import { sentences } from '../language/sentences.ts'
import { withoutMarks } from '../language/citation-marks.ts'
import { cut } from './messages.ts'
import type { FinishReason, Turn } from '../types.ts'

export type DigestedTurn = Turn & { finishReason: FinishReason }

/** Longest digest, and longest question and fact in it, in characters. */
export const longestDigest = 1000
const longest = { question: 160, fact: 240 }
/** A line is cut rather than left out while this many of its characters still fit. */
const worthCutting = 60

/** `- `, `• `, `## `, `2. `: what lines of lists and headings begin with. The number of an item is no figure. */
const listMarks = /^[ \t]*(?:[-*•·>#]+|\d{1,2}[.)])[ \t]+/gm

/**
 * One line for each turn: what was asked, and the sentence of the answer that bears a figure, else its first. The
 * newest lines stay whole; when there is no room the oldest go, those of the earlier digest first.
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

/** A text on one line, without the marks of citations, whose numbers mean nothing later on. */
export function plain (text: string): string {
  return withoutMarks(text).replaceAll('**', '').replace(/\s+/g, ' ').trim()
}

function lineOf ({ question, standalone, answer, finishReason }: DigestedTurn): string {
  const asked = shorten(plain(standalone ?? question), longest.question)
  // That nothing was found is no fact.
  const said = finishReason === 'no_answer' ? [] : sentences(answer.replace(listMarks, '')).map(plain).filter(Boolean)
  const fact = said.find(sentence => /\p{N}/u.test(sentence)) ?? said[0]
  return fact === undefined ? asked : `${asked} — ${shorten(fact, longest.fact)}`
}

/** At a space, unless there is none near: not every script has them. */
function shorten (text: string, chars: number): string {
  if (text.length <= chars) return text
  const space = text.lastIndexOf(' ', chars - 1)
  return `${cut(text, space > chars / 2 ? space : chars - 1).trimEnd()}…`
}
