// The language model that needs none: the sentences and facts of the passages that answer best, cited.
import { stemAll } from '../query/words.ts'
import type { FoundPassage, Language, QueryTerm } from '../types.ts'
import { answerType, holdsType, type AnswerType } from './answer-types.ts'
import type { LanguageModel } from './model.ts'
import { pieces, type Piece } from './sentences.ts'

export interface Chosen extends Piece {
  /** Position in the passages. */
  passage: number
  score: number
}

export interface ExtractiveWeights {
  /** What a passage's own score adds to each of its pieces, as a share of the question's weight. */
  passage: number
  /** What a word counts in a piece when the passage's title holds it already. */
  titled: number
  /** What a fact of the wanted type adds, as a share of the question's weight. */
  type: number
  /** A title answers seldom. */
  title: number
  neighbour: number
}
export const weights: ExtractiveWeights = { passage: 0.5, titled: 0.4, type: 0.3, title: 0.3, neighbour: 0.25 }

/** All pieces of the passages by how well they answer, the best first. */
export function rankPieces (question: string, asked: Language, documents: Language, terms: QueryTerm[], passages: FoundPassage[], w = weights): Chosen[] {
  const type = answerType(question, asked)
  const total = terms.reduce((sum, term) => sum + term.idf, 0) || 1
  const variants = terms.map(term => new Set([term.stem, ...term.corrections]))
  const holds = (stems: Set<string>, i: number) => [...variants[i]!].some(stem => stems.has(stem))
  return passages.flatMap((passage, p) => {
    const title = new Set(stemAll(passage.title, documents))
    const all = pieces(passage)
    const own = all.map(piece => {
      const stems = new Set(stemAll(piece.text, documents))
      return terms.reduce((sum, term, i) => sum + (holds(stems, i) ? term.idf * (piece.kind !== 'title' && holds(title, i) ? w.titled : 1) : 0), 0) / total
    })
    return all.map((piece, i) => {
      const around = piece.kind === 'sentence' ? Math.max(all[i - 1]?.kind === 'sentence' ? own[i - 1]! : 0, own[i + 1] ?? 0) : 0
      let score = own[i]! + w.neighbour * around * (type && holdsType(piece.text, type) ? 1 : 0.5)
      if (piece.kind === 'title') score *= w.title
      else if (type && holdsType(piece.text, type)) score += typeBonus(type, piece, w)
      return { ...piece, passage: p, score: score + w.passage * passage.score }
    })
  }).sort((a, b) => b.score - a.score)
}

function typeBonus (type: AnswerType, piece: Piece, w: ExtractiveWeights): number {
  return w.type * (type === 'price' && piece.kind === 'field' ? 1.5 : type === 'count' ? 0.5 : 1)
}

/** @returns a model that costs nothing and never fails */
export function createExtractiveModel (): LanguageModel {
  let requests = 0
  return {
    name: 'extractive',
    kind: 'extractive',
    async * stream ({ question, language, documentsLanguage, terms, passages, signal }) {
      requests++
      const chosen = rankPieces(question, language, documentsLanguage, terms, passages).slice(0, 2)
      for (const { text, passage } of chosen) {
        for (const word of `${text} [${passage + 1}]`.match(/\S+\s*/g) ?? []) {
          signal.throwIfAborted()
          yield { type: 'text', text: word }
        }
        yield { type: 'text', text: ' ' }
      }
      yield { type: 'finish', reason: 'stop' }
    },
    async warmUp () {},
    stats: () => ({ name: 'extractive', kind: 'extractive', ready: true, requests, retries: 0, fallbacks: 0, failures: 0 }),
    async close () {},
  }
}
