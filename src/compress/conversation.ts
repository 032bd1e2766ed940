// Conversations: the last messages as they are; of the earlier ones what was asked, what bears figures, what the question speaks of.
import type { Compressor } from './compressor.ts'
import { speakerOf } from './kind.ts'
import { scoreForQuestion } from './prose.ts'
import { assemble, keepWithin, sentencePieces, withNeeded, type Piece } from './spans.ts'

/** Characters in to one out that the aggressive mode goes to. */
const aggressiveRatio = 2
/** Messages at the end that stay whole, while they are no more than a share of the conversation. */
const windowOf = { adaptive: 4, aggressive: 2, conservative: Infinity }
const windowShare = 1 / 3
/** Whatever scores this close to what fits the question best stays, and so does what follows it. */
const closeness = 4
/** Below this best score nothing that was said speaks of the question. */
const leastScore = 3
/** From this on a piece stays where there is room. */
const worthKeeping = 0.9

/** A sentence of a message, or the name before it. */
interface Said extends Piece {
  /** Position of its message, from 0. */
  message: number
  /** Position of the name of who says it; −1 for the name itself, and where there is none. */
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
  const first = windowStart(said, windowOf[mode], text.length * windowShare)
  for (let i = first; i < said.length; i++) worth[i]! += 4
  const limit = Math.min(budget, mode === 'aggressive' ? text.length / aggressiveRatio : Infinity)
  const whole = assemble(text, said, withNeeded(worth.map(value => value >= worthKeeping), needs))
  if (whole.length <= limit) return whole
  // The newest of what is worth the same.
  const order = [...said.keys()].filter(i => worth[i]! > 0).sort((a, b) => worth[b]! - worth[a]! || b - a)
  return assemble(text, said, keepWithin(text, said, order, limit, needs))
}

/** A digest is what was asked and what bears figures, as that of the chat (src/chat/digest.ts). */
function digestWorth (text: string, said: readonly Said[], i: number): number {
  const { start, end, message } = said[i]!
  const written = text.slice(start, end)
  const bears = /\p{N}/u.test(written)
  const opens = message !== said[i - 1]?.message
  return (bears ? 1 : 0) + (/\?["»”')\]]{0,4}$/.test(written.slice(-5)) ? 1 : 0) + (opens ? 0.4 : 0) - (written.length < 40 && !bears ? 0.5 : 0)
}

/** What fits the question, and what is replied to it. */
function addRelevance (worth: number[], said: readonly Said[], scored: readonly { score: number, asks: boolean }[]): void {
  const bestOf = (some: readonly { score: number }[]) => some.reduce((most, { score }) => Math.max(most, score), 0)
  // The question as it was asked before is not its answer, but it may be all that tells where the answer is.
  const stated = bestOf(scored.filter(({ asks }) => !asks))
  const best = stated >= leastScore ? stated : bestOf(scored)
  if (best < leastScore) return
  const replied = said.map(() => 0)
  for (const [i, { score, asks }] of scored.entries()) {
    if (score < best - closeness) continue
    const gain = 3 + 3 * Math.min(1, score / best)
    worth[i]! += gain
    const { message } = said[i]!
    // Of the same message, and the next one.
    replied[message] = Math.max(replied[message] ?? 0, gain / 3)
    replied[message + 1] = Math.max(replied[message + 1] ?? 0, asks ? gain / 1.5 : gain / 3)
  }
  for (const [i, { message }] of said.entries()) worth[i]! += replied[message] ?? 0
}

/** The sentences of a conversation; a message begins with each line that names who speaks. */
function readMessages (text: string): Said[] {
  const said: Said[] = []
  let message = -1
  let speaker = -1
  for (const piece of sentencePieces(text)) {
    const written = piece.opensLine ? text.slice(piece.start, Math.min(piece.end, piece.start + 120)) : ''
    const isNew = written !== '' && speakerOf(written) !== null
    if (isNew || message < 0) message++
    if (!isNew) {
      said.push({ ...piece, message, speaker })
      continue
    }
    // The first colon may be that of a time: "[12:30] Ann: yes".
    const from = written.startsWith('[') ? written.indexOf(']') : 0
    const colon = piece.start + written.indexOf(':', from) + 1
    let start = colon
    while (start < piece.end && /[\s*]/.test(text[start]!)) start++
    speaker = said.length
    said.push({ ...piece, end: start < piece.end ? colon : piece.end, message, speaker: -1 })
    if (start < piece.end) said.push({ start, end: piece.end, opensLine: false, opensParagraph: false, opensText: false, message, speaker })
  }
  return said
}

/** Position of the first piece of the window. */
function windowStart (said: readonly Said[], messages: number, most: number): number {
  const first = (said.at(-1)?.message ?? 0) + 1 - messages
  const end = said.at(-1)?.end ?? 0
  let at = said.length
  while (at > 0 && said[at - 1]!.message >= first && end - said[at - 1]!.start <= most) at--
  return at
}

/** Said before in the same words, by anyone: quoted mails, greetings, disclaimers under each message. */
function findRepeats (text: string, said: readonly Said[]): boolean[] {
  const seen = new Set<string>()
  return said.map(({ start, end }) => {
    const written = text.slice(start, end).replace(/^[>\s]+/, '')
    const isRepeat = written.length >= 20 && seen.has(written)
    seen.add(written)
    return isRepeat
  })
}
