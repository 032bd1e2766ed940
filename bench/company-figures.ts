// Measures the extractive answers to the golden companies' questions, by fitted and held-out companies, language and size.
import { faqEntry } from '../src/chat/faq.ts'
import { coreQuestion } from '../src/language/core-question.ts'
import { aboutItself } from '../src/language/own-name.ts'
import { chooseUnits } from '../src/llm/extractive.ts'
import { isLikelyAnswered } from '../src/search/evidence.ts'
import { wilson } from '../src/evaluation/intervals.ts'
import { isRightDocument, type AskedKind, type AskedQuestion } from './companies.ts'
import type { Corpus } from './corpus.ts'
import { comparable } from '../src/evaluation/compare-texts.ts'
import { promptReach, type PromptReach } from './prompt-reach.ts'

/** How one question went. */
export interface AskedOutcome {
  asked: AskedQuestion
  text: string
  refused: boolean
  /** The answer holds an accepted string; it cites a document that answers. */
  string: boolean
  cited: boolean
  /** The same question, asked where there is a language model. */
  withModel: PromptReach
}

/** Answers a question as the service does without a language model: with an FAQ entry, sentences of the passages, or a refusal. */
export async function outcomeOf (corpus: Corpus, asked: AskedQuestion, prompt?: Parameters<typeof promptReach>[1]): Promise<AskedOutcome> {
  const { company, profile, language, found, answer, doc } = asked
  const q = aboutItself(coreQuestion(asked.q, language), language, asked.documents, profile.name)
  const entry = await faqEntry(corpus.embedder, profile, await corpus.embeddingModel(company), q, language, found.passages)
  const { text, cited } = entry ? { text: entry.text, cited: [entry.id] } : quoted(q, asked)
  return {
    asked,
    text,
    refused: cited.length === 0,
    string: answer.some(one => comparable(text).includes(comparable(one))),
    cited: cited.some(id => isRightDocument(id, doc)),
    withModel: promptReach(asked, prompt),
  }
}

/** Quotes sentences and facts, if the floor lets any passage through. */
function quoted (q: string, { language, documents, found }: AskedQuestion): { text: string, cited: string[] } {
  const chosen = isLikelyAnswered(q, language, documents, found)
    ? chooseUnits({ question: q, language, documentsLanguage: documents, terms: found.terms, passages: found.passages })
    : []
  const lead = ({ kind, passage }: { kind: string; passage: number }) => kind === 'fact' ? `${found.passages[passage]!.title} — ` : ''
  return {
    text: chosen.map(unit => lead(unit) + unit.text).join(' '),
    cited: chosen.map(({ passage }) => found.passages[passage]!.id),
  }
}

interface Line { name: string; hits: number; n: number; goal?: string }

/** Returns the figures of some outcomes, each with its goal. */
export function linesOf (outcomes: readonly AskedOutcome[]): Line[] {
  const of = (kind: AskedKind) => outcomes.filter(({ asked }) => asked.kind === kind)
  const line = (name: string, kind: AskedKind, holds: (outcome: AskedOutcome) => boolean, goal?: string): Line => {
    const all = of(kind)
    return { name, hits: all.filter(holds).length, n: all.length, ...(goal === undefined ? {} : { goal }) }
  }
  return [
    line('right string in the answer', 'answered', ({ string }) => string, '≥ 80'),
    line('right document cited', 'answered', ({ cited }) => cited, '≥ 88'),
    line('answerable refused', 'answered', ({ refused }) => refused, '≤ 5'),
    line('not offered, refused', 'not_offered', ({ refused }) => refused, '≥ 75'),
    line('off-topic, refused', 'off_topic', ({ refused }) => refused, '≥ 93'),
    line('not stated, refused', 'unstated', ({ refused }) => refused),
    line('model: right passage in prompt', 'answered', ({ withModel }) => withModel.right, '≥ 95'),
    line('model: right string in prompt', 'answered', ({ withModel }) => withModel.string),
    line('model: never asked', 'answered', ({ withModel }) => !withModel.asked, '≤ 1'),
  ]
}

/** Returns the outcomes in the groups of the report. Size is in chunks. */
export function groupsOf (outcomes: readonly AskedOutcome[]): [name: string, outcomes: AskedOutcome[]][] {
  const heldOut = outcomes.filter(({ asked }) => asked.heldOut !== null)
  const sizes: [string, (size: number) => boolean][] = [
    ['up to 30 chunks', size => size <= 30], ['31 to 150 chunks', size => size > 30 && size <= 150], ['more chunks', size => size > 150],
  ]
  return [
    ['all that is held out', heldOut],
    ['companies held out', heldOut.filter(({ asked }) => asked.heldOut === 'company')],
    ['questions held out', heldOut.filter(({ asked }) => asked.heldOut === 'question')],
    ...['fr', 'en', 'de', 'es', 'und'].map((language): [string, AskedOutcome[]] =>
      [`held out, ${language}`, heldOut.filter(({ asked }) => asked.documents === language)]),
    ...sizes.map(([name, fits]): [string, AskedOutcome[]] => [`held out, ${name}`, heldOut.filter(({ asked }) => fits(asked.size))]),
    ['fitted on', outcomes.filter(({ asked }) => asked.heldOut === null)],
  ]
}

/** Writes the figures of a group as lines for people. */
export function describeGroup (name: string, outcomes: readonly AskedOutcome[]): string {
  const percent = (share: number) => (100 * share).toFixed(1).padStart(5)
  return [name, ...linesOf(outcomes).map(({ name, hits, n, goal }) => {
    if (n === 0) return `  ${name.padEnd(30)} no questions`
    const [low, high] = wilson(hits, n)
    return `  ${name.padEnd(30)} ${String(n).padStart(4)}: ${percent(hits / n)} % (${percent(low)} to ` +
      `${percent(high)})${goal ? `, goal ${goal} %` : ''}`
  })].join('\n')
}
