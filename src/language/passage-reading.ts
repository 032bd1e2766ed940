// Reads what a passage says once: its sentences and facts, with their words and figures, for all questions that find it.
import { LRUCache } from 'lru-cache'
import type { Language, Passage } from '../types.ts'
import { holdsType, isNamedAs, type AnswerType } from './answer-types.ts'
import { quantities, type Quantity } from './quantities.ts'
import { answerUnits, type AnswerUnit } from './sentences.ts'
import { topicWeights } from './topic.ts'
import { stem, stemAll } from './words.ts'

export interface UnitReading {
  unit: AnswerUnit
  /** The stems of its words. */
  stems: ReadonlySet<string>
  /** The stems of a fact's label; null for any other unit. */
  label: ReadonlySet<string> | null
  quantities (): readonly Quantity[]
  /** Tells whether it holds a fact of a type. */
  holds (type: AnswerType): boolean
}

export interface PassageReading {
  /** The stems of its title and headings. */
  title: ReadonlySet<string>
  /** The stems of the words that say what its title is about, read as a question. */
  topic (): readonly string[]
  /** Its title, facts, sentences and rows, in order. */
  units: readonly UnitReading[]
  /** The quantities of its title, its facts and its text; and those of its facts alone. */
  quantities (): readonly Quantity[]
  factQuantities (): readonly Quantity[]
}

/** The passages found last: many questions find the same ones. A reading takes some eight times the memory of its text. */
const known = new LRUCache<string, PassageReading>({ maxSize: 8_000_000, sizeCalculation: (_, text) => 2000 + 8 * text.length })
/** The reading of a passage at hand, which several steps of an answer ask for. */
const last = new WeakMap<Passage, { language: Language, reading: PassageReading }>()

/** @param language the language of the documents */
export function readPassage (passage: Passage, language: Language): PassageReading {
  const found = last.get(passage)
  if (found?.language === language) return found.reading
  const { title, heading = '', fields, text } = passage
  const key = [language, title, heading, ...fields.flat(), text].join('\0')
  let reading = known.get(key)
  if (!reading) known.set(key, reading = read(passage, language))
  last.set(passage, { language, reading })
  return reading
}

function read (passage: Passage, language: Language): PassageReading {
  const { title, heading, fields, text } = passage
  const facts = fields.map(([label, value]) => `${label} ${value}`)
  return {
    title: new Set(stemAll([title, heading ?? ''].join('\n'), language)),
    topic: once(() => [...topicWeights(title, language, language, quantities(title, language)).keys()].map(word => stem(word, language))),
    units: answerUnits(passage).map(unit => readUnit(unit, language)),
    quantities: once(() => quantities([title, ...facts, text].join('\n'), language)),
    factQuantities: once(() => quantities(facts.join('\n'), language)),
  }
}

function readUnit (unit: AnswerUnit, language: Language): UnitReading {
  const ofAnyLanguage = once(() => quantities(unit.text, 'und'))
  const held = new Map<AnswerType, boolean>()
  return {
    unit,
    stems: new Set(stemAll(unit.text, language)),
    label: unit.kind === 'fact' ? new Set(stemAll(unit.label, language)) : null,
    quantities: once(() => quantities(unit.text, language)),
    holds (type) {
      let holds = held.get(type)
      if (holds === undefined) {
        holds = holdsType(unit.text, type, ofAnyLanguage) || cellsOf(unit).some(([name, value]) => isNamedAs(type, name, value, language))
        held.set(type, holds)
      }
      return holds
    },
  }
}

/** Returns the named values of a fact or a row. */
function cellsOf (unit: AnswerUnit): [name: string, value: string][] {
  if (unit.kind === 'row') return unit.cells
  return unit.kind === 'fact' ? [[unit.label, unit.text.slice(unit.label.length + 2)]] : []
}

/** Returns a function that makes a value when it is first asked for. */
function once<T> (make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}
