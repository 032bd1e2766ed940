// Compresses conversations: keeps the last messages whole, and the questions, figures and matching sentences of earlier ones.
import type { Compressor } from './question.ts'
import { speakerOf } from './kind.ts'
import { scoreForQuestion } from './prose.ts'
import { assemble, keepWithin, splitSentences, withNeeded, type SentenceSpan } from './spans.ts'

/** Ratio of input to output characters in the aggressive mode. */
const aggressiveRatio = 2
/** Messages at the end that stay whole, up to a share of the conversation. */
const wholeMessages = { adaptive: 4, aggressive: 2, conservative: Infinity }
const wholeShare = 1 / 3
/** Sentences this close to the best score stay, and so do those that follow. */
const closeness = 4
/** With a lower best score, nothing in the conversation matches the question. */
const minScore = 3
/** Sentences from this worth on stay, if they fit. */
const minWorth = 0.9

/** A sentence of a message, or the name before it. */
interface MessagePart extends SentenceSpan {
  /** Position of its message, from 0. */
  message: number
  /** Position of the speaker's name; −1 for the name itself, and without one. */
  speaker: number
}

export const compressConversation: Compressor = (text, { mode, asked, budget, language }) => {
  const said = readMessages(text)
  const repeated = findRepeats(text, said)
  const needs = (i: number) => said[i]!.speaker
  if (mode === 'conservative') {
    const whole = assemble(text, said, withNeeded(repeated.map(is => !is), needs))
    if (whole.length <= budget) return whole
  }
  const worth = said.map((_, i) => repeated[i] ? -Infinity : digestWorth(text, said, i))
  if (asked) addRelevance(worth, said, scoreForQuestion(text, said, asked, language))
  const first = windowStart(said, wholeMessages[mode], text.length * wholeShare)
  for (let i = first; i < said.length; i++) worth[i]! += 4
  const limit = Math.min(budget, mode === 'aggressive' ? text.length / aggressiveRatio : Infinity)
  const whole = assemble(text, said, withNeeded(worth.map(value => value >= minWorth), needs))
  if (whole.length <= limit) return whole
  // On equal worth, the newest first.
  const order = [...said.keys()].filter(i => worth[i]! > 0).sort((a, b) => worth[b]! - worth[a]! || b - a)
  return assemble(text, said, keepWithin(text, said, order, limit, needs))
}

/** Rates a sentence for a digest: questions and figures count, as in the digest of the chat (src/chat/digest.ts). */
function digestWorth (text: string, said: readonly MessagePart[], i: number): number {
  const { start, end, message } = said[i]!
  const written = text.slice(start, end)
  const hasFigures = /\p{N}/u.test(written)
  const opensMessage = message !== said[i - 1]?.message
  return (
    (hasFigures ? 1 : 0) +
    (/\?["»”')\]]{0,4}$/.test(written.slice(-5)) ? 1 : 0) +
    (opensMessage ? 0.4 : 0) -
    (written.length < 40 && !hasFigures ? 0.5 : 0)
  )
}

/** Raises the worth of sentences that match the question, and of the replies to them. */
function addRelevance (worth: number[], said: readonly MessagePart[], scored: readonly { score: number, asks: boolean }[]): void {
  const bestOf = (some: readonly { score: number }[]) => some.reduce((most, { score }) => Math.max(most, score), 0)
  // An earlier copy of the question is not its answer, but it may be the only hint to where the answer is.
  const stated = bestOf(scored.filter(({ asks }) => !asks))
  const best = stated >= minScore ? stated : bestOf(scored)
  if (best < minScore) return
  const replied = said.map(() => 0)
  for (const [i, { score, asks }] of scored.entries()) {
    if (score < best - closeness) continue
    const gain = 3 + 3 * Math.min(1, score / best)
    worth[i]! += gain
    const { message } = said[i]!
    // In the same message, and in the next one.
    replied[message] = Math.max(replied[message] ?? 0, gain / 3)
    replied[message + 1] = Math.max(replied[message + 1] ?? 0, asks ? gain / 1.5 : gain / 3)
  }
  for (const [i, { message }] of said.entries()) worth[i]! += replied[message] ?? 0
}

/** Splits a conversation into sentences. Each line that names a speaker begins a message. */
function readMessages (text: string): MessagePart[] {
  const said: MessagePart[] = []
  let message = -1
  let speaker = -1
  for (const sentence of splitSentences(text)) {
    const written = sentence.opensLine ? text.slice(sentence.start, Math.min(sentence.end, sentence.start + 120)) : ''
    const isNew = written !== '' && speakerOf(written) !== null
    if (isNew || message < 0) message++
    if (!isNew) {
      said.push({ ...sentence, message, speaker })
      continue
    }
    // The first colon may be part of a time: "[12:30] Ann: yes".
    const from = written.startsWith('[') ? written.indexOf(']') : 0
    const colon = sentence.start + written.indexOf(':', from) + 1
    let start = colon
    while (start < sentence.end && /[\s*]/.test(text[start]!)) start++
    speaker = said.length
    said.push({ ...sentence, end: start < sentence.end ? colon : sentence.end, message, speaker: -1 })
    if (start < sentence.end) {
      said.push({ start, end: sentence.end, opensLine: false, opensParagraph: false, opensText: false, message, speaker })
    }
  }
  return said
}

/** Returns the position of the first sentence of the last messages that stay whole. */
function windowStart (said: readonly MessagePart[], messages: number, most: number): number {
  const first = (said.at(-1)?.message ?? 0) + 1 - messages
  const end = said.at(-1)?.end ?? 0
  let at = said.length
  while (at > 0 && said[at - 1]!.message >= first && end - said[at - 1]!.start <= most) at--
  return at
}

/** Finds sentences that an earlier message has in the same words: quoted mails, greetings, disclaimers under each message. */
function findRepeats (text: string, said: readonly MessagePart[]): boolean[] {
  const seen = new Set<string>()
  return said.map(({ start, end }) => {
    const written = text.slice(start, end).replace(/^[>\s]+/, '')
    const isRepeat = written.length >= 20 && seen.has(written)
    seen.add(written)
    return isRepeat
  })
}
