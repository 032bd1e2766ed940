// Makes the vector by which a question is compared with others: what it means beyond what all questions share, and its stems.
import { contentWords, stem } from '../language/words.ts'
import type { Language } from '../types.ts'
import { usualQuestions } from './usual-questions.ts'

export interface QuestionVectors {
  /** Returns the unit vector of a question, and the model that it was made with ('' = stems only). Never rejects. */
  vectorOf (question: string, language: string): Promise<{ vector: Float32Array, model: string }>
}

/** What is needed of an embedder: the vectors of questions, or null without the model. */
export interface QuestionEmbedder {
  modelFor (language: Language): string
  /** 0 = not available. */
  dimensions (model: string): number
  embedQuestion (text: string, model: string): Promise<Float32Array | null>
}

type Vector = Float32Array
type Known = keyof typeof usualQuestions

/** Slots for the stems; two stems seldom share one. */
const stemSlots = 128
/** The part of the stems in the likeness of two questions. */
const stemShare = 0.05

/**
 * A vector has two parts, both centred on what the usual questions of the language have in common ("do you have …?"): the
 * meaning of the question, and that of its content words alone. Questions in two languages are then compared by their topic.
 */
export function createQuestionVectors ({ embedder }: { embedder: QuestionEmbedder }): QuestionVectors {
  const usual = new Map<string, Promise<{ whole: Vector, words: Vector }>>()

  async function embed (text: string, model: string): Promise<Vector> {
    const vector = await embedder.embedQuestion(text, model)
    if (!vector) throw new Error('the embedding model is not available')
    return vector
  }

  async function meanOf (language: Known | 'und', model: string): Promise<{ whole: Vector, words: Vector }> {
    if (language === 'und') {
      const all = await Promise.all((Object.keys(usualQuestions) as Known[]).map(known => usualOf(known, model)))
      return { whole: mean(all.map(({ whole }) => whole)), words: mean(all.map(({ words }) => words)) }
    }
    const whole: Vector[] = []
    const words: Vector[] = []
    // One after another: real questions come in between.
    for (const question of usualQuestions[language]) {
      whole.push(await embed(question, model))
      words.push(await embed(wordsOf(question, language), model))
    }
    return { whole: mean(whole), words: mean(words) }
  }

  function usualOf (language: Known | 'und', model: string): Promise<{ whole: Vector, words: Vector }> {
    const key = `${language} ${model}`
    let found = usual.get(key)
    if (!found) {
      usual.set(key, found = meanOf(language, model))
      found.catch(() => usual.delete(key))
    }
    return found
  }

  return {
    async vectorOf (question, language) {
      const known = Object.hasOwn(usualQuestions, language) ? language as Known : 'und'
      const stems = stemVector(question, known)
      // Customers ask in other languages than the documents' too.
      const model = embedder.modelFor('und')
      try {
        if (embedder.dimensions(model) === 0) throw new Error('the embedding model is not available')
        const centre = await usualOf(known, model)
        const whole = await embed(question, model)
        const words = await embed(wordsOf(question, known), model)
        const meaning = unit(mean([unit(minus(whole, centre.whole)), unit(minus(words, centre.words))]))
        return { vector: joined(scaled(meaning, Math.sqrt(1 - stemShare)), scaled(stems, Math.sqrt(stemShare))), model }
      } catch {
        return { vector: stems, model: '' }
      }
    },
  }
}

function wordsOf (question: string, language: Language): string {
  return contentWords(question, language).join(' ')
}

/** Returns a unit vector with a sign for each stem, at a place that its letters determine. */
function stemVector (question: string, language: Language): Vector {
  const vector = new Float32Array(stemSlots)
  for (const word of new Set(contentWords(question, language).map(word => stem(word, language)))) {
    let hash = 2166136261
    for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 16777619)
    vector[(hash >>> 0) % stemSlots]! += (hash >>> 16) & 1 ? 1 : -1
  }
  return unit(vector)
}

function mean (vectors: readonly Vector[]): Vector {
  const sum = new Float32Array(vectors[0]!.length)
  for (const vector of vectors) for (let i = 0; i < sum.length; i++) sum[i]! += vector[i]! / vectors.length
  return sum
}

function minus (a: Vector, b: Vector): Vector {
  return a.map((value, i) => value - b[i]!)
}

function unit (vector: Vector): Vector {
  return scaled(vector, 1 / (Math.hypot(...vector) || 1))
}

function scaled (vector: Vector, by: number): Vector {
  return vector.map(value => value * by)
}

function joined (a: Vector, b: Vector): Vector {
  const both = new Float32Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/** Returns a unit vector in one byte a dimension, which is as good for comparing. */
export function toBytes (vector: Float32Array): Int8Array {
  const most = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1
  return Int8Array.from(vector, value => Math.round(value / most * 127))
}

/** Returns the unit vector of those bytes. */
export function fromBytes (bytes: Int8Array): Float32Array {
  return unit(Float32Array.from(bytes))
}
