// The language model that needs none: the sentences and facts of the passages that answer best, cited.
import { disarmMarks } from '../language/citation-marks.ts'
import { answerType, holdsType } from '../language/answer-types.ts'
import { figures, passageContradiction } from '../language/figures.ts'
import { sameFamily } from '../language/generic-words.ts'
import { stemAll } from '../language/words.ts'
import type { FoundPassage, Language, QueryTerm } from '../types.ts'
import type { LanguageModel } from './model.ts'
import { pieces, type Piece } from '../language/sentences.ts'

/** What speaks for a piece; every share is of the question's weight (the sum of its words' IDF). */
export interface PieceFeatures {
  /** The passage's own score, and whether it is the first. */
  score: number
  first: number
  /** Shares that the passage, its title, and the piece hold. */
  passage: number
  title: number
  piece: number
  /** Share that the piece holds and the title lacks; the same for words of one family. */
  beyondTitle: number
  family: number
  /** Share that the sentence before it holds: an answer often follows what names its subject. */
  before: number
  /** It holds a fact of the type that is asked for; it is a fact whose label is asked for; it is the price. */
  type: number
  label: number
  price: number
  /** First sentence of a passage whose title is a question. */
  reply: number
  isTitle: number
  isFact: number
}

/** Softmax regression on the golden sets and a quarter of xquad-es (bench/learn.ts), each predicted by the others. */
export const pieceWeights: PieceFeatures = {
  score: 3.1, first: 1, passage: 2.1, title: 2.5, piece: 2.7, beyondTitle: 4.1, family: 2.2, before: 0.9,
  type: 3.6, label: 1.8, price: 1.9, reply: 1.4, isTitle: -2.7, isFact: -1.4,
}

/** `passage` is its passage's position. */
export type RankedPiece = Piece & { passage: number, features: PieceFeatures, score: number }

export interface Grounding {
  question: string
  language: Language
  documentsLanguage: Language
  terms: QueryTerm[]
  passages: FoundPassage[]
}

/** Sentences and facts of an answer at most. */
const mostPieces = 3
/** A further piece is added while it is this close to the best one. */
const closeness = 5

/** Every title, fact and sentence of the passages, by how well it answers, the best first. */
export function rankPieces ({ question, language, documentsLanguage, terms, passages }: Grounding, weights = pieceWeights): RankedPiece[] {
  const type = answerType(question, language)
  const total = terms.reduce((sum, term) => sum + term.idf, 0) || 1
  const holds = (stems: Set<string>, { stem, corrections }: QueryTerm) => stems.has(stem) || corrections.some(found => stems.has(found))
  const share = (held: (term: QueryTerm) => boolean) => terms.reduce((sum, term) => sum + (held(term) ? term.idf : 0), 0) / total
  const stemsOf = (text: string) => new Set(stemAll(text, documentsLanguage))

  return passages.flatMap((passage, position) => {
    const title = stemsOf(passage.title)
    const lacking = terms.filter(term => !holds(title, term))
    const inPassage = passage.matched.reduce((sum, i) => sum + terms[i]!.idf, 0) / total
    const inTitle = share(term => holds(title, term))
    const isQuestion = /\?\s*$/.test(passage.title)
    let before = 0
    let sentences = 0
    return pieces(passage).map(piece => {
      const stems = stemsOf(piece.text)
      const own = share(term => holds(stems, term))
      const typed = type !== null && piece.kind !== 'title' && holdsType(piece.text, type)
      const label = piece.kind === 'fact' ? stemsOf(piece.label) : null
      const isReply = piece.kind === 'sentence' && sentences++ === 0 && isQuestion
      const features: PieceFeatures = {
        score: passage.score,
        first: position === 0 ? 1 : 0,
        passage: inPassage,
        title: inTitle,
        piece: own,
        beyondTitle: share(term => lacking.includes(term) && holds(stems, term)),
        family: share(term => lacking.includes(term) && !holds(stems, term) && [...stems].some(stem => sameFamily(term.stem, stem))),
        before: piece.kind === 'sentence' ? before : 0,
        type: typed ? 1 : 0,
        label: label && terms.some(term => holds(label, term)) ? 1 : 0,
        price: typed && type === 'price' && piece.kind === 'fact' ? 1 : 0,
        reply: isReply ? 1 : 0,
        isTitle: piece.kind === 'title' ? 1 : 0,
        isFact: piece.kind === 'fact' ? 1 : 0,
      }
      before = piece.kind === 'sentence' ? own : 0
      return { ...piece, passage: position, features, score: weigh(features, weights) }
    })
  }).sort((a, b) => b.score - a.score)
}

function weigh (features: PieceFeatures, weights: PieceFeatures): number {
  let sum = 0
  for (const name in weights) sum += weights[name as keyof PieceFeatures] * features[name as keyof PieceFeatures]
  return sum
}

/**
 * The best one to three pieces, in that order. What comes from a passage that speaks of another size, number or
 * model than the question is left out as soon as one passage does not.
 */
export function choosePieces (grounding: Grounding): RankedPiece[] {
  const fitting = withoutContradictions(grounding)
  const ranked = rankPieces(grounding).filter(({ kind, passage }) => kind !== 'title' && fitting.has(passage))
  const [best, ...others] = ranked
  if (!best) return []
  const said = new Set([best.text])
  const further = others.filter(({ text, score }) => {
    const fresh = best.score - score <= closeness && !said.has(text)
    said.add(text)
    return fresh
  })
  return [best, ...further.slice(0, mostPieces - 1)]
}

/** Positions of the passages that contradict the question's figures least. */
function withoutContradictions ({ question, documentsLanguage, passages }: Grounding): Set<number> {
  const asked = figures(question, documentsLanguage)
  const all = new Set(passages.keys())
  if (asked.length === 0) return all
  const found = passages.map(passage => passageContradiction(asked, passage, documentsLanguage))
  if (Math.min(...found) === 1) return all
  return new Set([...all].filter(position => found[position]! < 1))
}

const specimen: Grounding = {
  question: 'prix taille 4',
  language: 'fr',
  documentsLanguage: 'fr',
  terms: [{ word: 'taille', stem: 'taill', idf: 1, known: true, corrections: [] }],
  passages: [{
    id: 'a/b', index: 'a', title: 'Taille 4', text: 'Une phrase. Une autre, de 3 à 6 kg.', url: '', fields: [['Prix', '5 €']], score: 1, similarity: null, stems: ' taill 4 ', matched: [0],
  }],
}

/** Makes the model; it costs nothing and never fails. */
export function createExtractiveModel (): LanguageModel {
  let requests = 0
  return {
    name: 'extractive',
    kind: 'extractive',
    async * stream ({ signal, ...grounding }) {
      requests++
      const text = compose(choosePieces(grounding), grounding)
      for (const word of text.match(/\S+\s*/g) ?? []) {
        signal.throwIfAborted()
        yield { type: 'text', text: word }
      }
      yield { type: 'finish', reason: 'stop' }
    },
    async warmUp () {
      // The first run of the words' lists and patterns costs a tenth of a second: not to the first question.
      choosePieces(specimen)
    },
    stats: () => ({ name: 'extractive', kind: 'extractive', ready: true, requests, retries: 0, fallbacks: 0, failures: 0 }),
    async close () {},
  }
}

/** The pieces as text, each with its citation and none of their own; a fact is led in by its passage's title, once. */
function compose (chosen: RankedPiece[], { passages }: Grounding): string {
  let led = -1
  return chosen.map(piece => {
    const citation = `[${piece.passage + 1}]`
    if (piece.kind !== 'fact') return `${disarmMarks(piece.text)} ${citation}`
    const lead = led === piece.passage ? '' : `${passages[piece.passage]!.title} — `
    led = piece.passage
    return `${disarmMarks(lead + piece.text)} ${citation}`
  }).join('\n')
}
