// Builds the language model's messages: prompt, history, page, passages, question, within budgets of characters.
import type { Mode } from '../compress/compress.ts'
import type { ChatMessage } from '../llm/model.ts'
import { withoutMarks } from '../language/citation-marks.ts'
import type { CompanyProfile, History, Language, Page, Passage, Turn } from '../types.ts'
import { isRefusal } from './company-texts.ts'
import { noAnswerMarker } from './no-answer.ts'
import { compressForQuestion, passageText } from './passages.ts'
import { phrases } from './phrases.ts'
import { quoteData, quoteSaid } from './quote.ts'

export interface MessageParts<P extends Passage> {
  profile: CompanyProfile
  language: Language
  passages: P[]
  history?: History
  /** Given when the answer is JSON. */
  format?: object
  /** The client's own system message, which ranks below the company's prompt. */
  instructions?: string
  page?: Page
  /** The question, complete in itself. */
  question: string
  maxDocsChars: number
  /** How passages over the budget are handled: `off` cuts them, `aggressive` compresses even those that fit. */
  compression: Mode
  /** The language of the passages; the question may be in another. */
  documentsLanguage: Language
  /** The language of the page and of the instructions. */
  maxHintsChars: number
  maxHistoryChars: number
}

/** A passage is cut rather than left out while this many of its characters still fit. */
const worthCutting = 200
/** The share of the history's budget reserved for a long digest. */
const digestShare = 1 / 4

/**
 * Builds the messages of one question. Passages are numbered from 1, in order; those that do not fit are compressed for
 * the question, or else cut, the weakest first; the oldest turns go first. Text from documents, pages or the digest is
 * fenced and named as data: nothing inside is an instruction. Roles are assigned here and nowhere else.
 */
export function buildMessages<P extends Passage> (parts: MessageParts<P>): { messages: ChatMessage[], used: P[] } {
  const { profile, language, page, question, instructions = '', maxHintsChars } = parts
  const rules = phrases(language)
  const { text, used } = fencePassages(parts)
  const { turns, digest } = recall(parts.history, parts.maxHistoryChars)
  const system = [
    profile.systemPrompt || rules.systemPrompt(profile.name),
    quoteSaid(cut(instructions, maxHintsChars)).trim(),
    parts.format ? '' : rules.citationRule,
    rules.dataRule,
    // Last, since small models forget what came first. A company that wants an answer in any case gets no marker.
    parts.format ? rules.formatRule : profile.refuseWithoutPassages ? rules.noAnswerRule(noAnswerMarker) : rules.notFoundRule,
  ]
  const context = [
    digest === '' ? '' : `${rules.earlier}:\n${fence('earlier', digest)}`,
    fencePage(page, maxHintsChars),
    `<passages>\n${text}\n</passages>`,
    `${rules.question}: ${quoteSaid(question)}`,
  ]
  return {
    messages: [
      { role: 'system', content: system.filter(Boolean).join('\n\n') },
      ...turns.flatMap(turn => asMessages(turn, profile)),
      { role: 'user', content: context.filter(Boolean).join('\n\n') },
    ],
    used,
  }
}

/** Builds the messages again, shorter, for a model that could not read the first ones. Cut passages keep their numbers. */
export function buildShorterMessages<P extends Passage> (parts: Omit<MessageParts<P>, 'compression'>): ChatMessage[] {
  const { passages, maxDocsChars, maxHistoryChars, maxHintsChars } = parts
  return buildMessages({
    ...parts,
    passages: passages.slice(0, Math.ceil(passages.length / 2)),
    maxDocsChars: Math.ceil(maxDocsChars / 4),
    maxHistoryChars: Math.floor(maxHistoryChars / 4),
    maxHintsChars: Math.floor(maxHintsChars / 4),
    compression: 'off',
  }).messages
}

function fencePassages<P extends Passage> ({
  passages,
  maxDocsChars: budget,
  compression: mode,
  documentsLanguage: language,
  language: questionLanguage,
  question,
}: MessageParts<P>): { text: string; used: P[] } {
  const read =
    compressForQuestion(passages, { mode, question, language, questionLanguage, budget }) ?? cutPassages(passages, budget, language)
  return {
    text: read.map(({ body }, i) => `<passage n="${i + 1}">\n${quoteData(body)}\n</passage>`).join('\n'),
    used: read.map(({ passage }) => passage),
  }
}

function cutPassages<P extends Passage> (passages: P[], budget: number, language: Language): { passage: P, body: string }[] {
  const read: { passage: P, body: string }[] = []
  let left = budget
  for (const passage of passages) {
    const body = passageText(passage, language)
    if (body.length > left && read.length > 0 && left < worthCutting) break
    read.push({ passage, body: cut(body, left) })
    left -= body.length
    if (left <= 0) break
  }
  return read
}

function fencePage (page: Page | undefined, budget: number): string {
  if (!page) return ''
  const lines = [page.title, page.path, ...page.hints ?? []].filter(line => line !== undefined && line !== '').join('\n')
  return lines === '' ? '' : fence('page', cut(lines, budget))
}

/** Fences a text from outside, which cannot close its fence or open another: quote.ts knows the fences' names. */
function fence (name: 'page' | 'earlier', text: string): string {
  return `<${name}>\n${quoteData(text)}\n</${name}>`
}

type Said = Pick<Turn, 'question' | 'answer'>

/** Returns the newest whole turns that fit, the oldest first; the newest one's answer is cut rather than the turn dropped. */
function recall (history: History = { digest: '', turns: [] }, budget: number): { turns: Said[], digest: string } {
  const reserved = Math.min(history.digest.length, Math.floor(budget * digestShare))
  let left = budget - reserved
  const turns: Said[] = []
  for (const { question, answer } of history.turns.toReversed()) {
    if (question.trim() === '' && answer.trim() === '') continue
    const size = question.length + answer.length
    if (size > left && (turns.length > 0 || left === 0)) break
    const asked = cut(question, Math.max(left - answer.length, Math.floor(left / 2)))
    turns.unshift({ question: asked, answer: cut(answer, left - asked.length) })
    left -= size
    if (left <= 0) break
  }
  return { turns, digest: cut(history.digest, reserved + Math.max(0, left)).trim() }
}

/**
 * Alternates questions and answers: many chat templates refuse any other order, and empty messages. An earlier refusal is
 * shown as the marker, since a model does again what it seems to have done before.
 */
function asMessages ({ question, answer }: Said, profile: CompanyProfile): ChatMessage[] {
  const said = profile.refuseWithoutPassages && isRefusal(answer, profile) ? noAnswerMarker : withoutMarks(quoteSaid(answer)).trim()
  return [
    { role: 'user', content: quoteSaid(question).trim() || '…' },
    { role: 'assistant', content: said || '…' },
  ]
}

/** Returns the first characters (UTF-16 units) of a text, never half a surrogate pair: language model servers refuse that. */
export function cut (text: string, chars: number): string {
  return text.slice(0, chars).replace(/[\uD800-\uDBFF]$/, '')
}
