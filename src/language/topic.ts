// Finds the words of a question that name its subject: things weigh more than actions.
import type { Language } from '../types.ts'
import { ageUnits, askingWords } from './answer-types.ts'
import { withoutAsking } from './east-asian.ts'
import { isChild, isGeneric, isGroup, isLight } from './generic-words.ts'
import { numberWord } from './number-words.ts'
import type { Quantity } from './quantities.ts'
import { sentences } from './sentences.ts'
import { fold, isStopWord, stem, tokens } from './words.ts'

/** Weight of a word that no article or preposition announces as a thing: most are verbs. */
const actionWeight = 0.6
/** Weight of a word that says little, and share of the weight of a word that stands beside the question, not in it. */
const lightWeight = 0.2
const asideShare = 0.3
/** A word of less weight is no topic of its own. */
export const leastTopicWeight = 0.5
/** From so much weight on, a question names its subject by itself: what stands around it is its story. */
const enoughWeight = 1.6

/** Words before a thing. Those before a verb too ("to", "à", "zu") are not among them. */
const announcing = new Set(
  tokens(
    'le la les l un une des du d mon ma mes notre nos votre vos son sa ses au aux ce cet cette ces quel quelle quels quelles en sur ' +
    'avec sans par chez ' +
      'the a an any your my our some this that these those which what of for with in on at by from ' +
      'el los las una del al mi mis su sus tu tus nuestro nuestra ese esta este algún alguna qué con sin por ' +
      'der die das ein eine einen einem einer dem den des im zum zur vom beim mein meine meinen meinem euer eure ihr ihre kein ' +
      'keine mit ohne für auf bei ' +
      'il lo gli i uno della dello dei delle degli nel nella al alla con per di che ' +
      'de het een mijn jullie uw geen met voor op van'
  )
)

/** Those of them that stand before a verb too, as its object: "je la laisse". */
const pronouns = new Set(tokens('le la les l los las lo gli die das der het che'))

const possessives = new Set(tokens(
  'mon ma mes notre nos my our mi mis nuestro nuestra nuestros nuestras mein meine meinen meinem meiner unser unsere unserem unseren mio ' +
  'mia miei nostro nostra mijn onze ons meu minha meus nosso nossa'
))

/** Returns the weight of each word of a question (as `tokens` gives them, folded) that names its subject; others are absent. */
export function topicWeights (
  question: string, asked: Language, documents: Language, numbers: readonly Quantity[]
): ReadonlyMap<string, number> {
  const last = known.get(numbers)
  if (last?.question === question && last.asked === asked && last.documents === documents) return last.weights
  const weights = readWeights(question, asked, documents, numbers)
  known.set(numbers, { question, asked, documents, weights })
  return weights
}

/** The last weights by the numbers of their question, which stay the same list: several steps of an answer ask for them. */
const known = new WeakMap<readonly Quantity[], {
  question: string, asked: Language, documents: Language, weights: ReadonlyMap<string, number>
}>()

function readWeights (question: string, asked: Language, documents: Language, numbers: readonly Quantity[]): Map<string, number> {
  const whole = weightsOf(question, asked, documents, numbers)
  const parts = sentences(question)
  const asking = parts.filter(part => /[?？؟]["»”')]*$/.test(part)).join(' ')
  if (parts.length < 2 || asking === '') return whole
  // Numbers have their places in the whole text: in a part of it their words are known by themselves.
  const own = new Set(weightsOf(asking, asked, documents, []).keys())
  const weight = [...own].reduce((sum, word) => sum + (whole.get(word) ?? 0), 0)
  if (weight < enoughWeight) return whole
  return new Map([...whole].map(([word, weight]) => [word, own.has(word) ? weight : weight * asideShare]))
}

function weightsOf (question: string, asked: Language, documents: Language, numbers: readonly Quantity[]): Map<string, number> {
  const asking = askingWords(question, asked)
  const counted = new Set(numbers.flatMap(({ start, end }) => tokens(question.slice(start, end)).map(fold)))
  const words = tokens(withoutAsking(question, true))
  const hasFunctionWords = words.some(word => isFunctionWord(word, asked, documents))
  const capitals = new Set(
    asked === 'de' ? [...question.matchAll(/(?<=[\p{L}\p{N},]\s)\p{Lu}[\p{L}-]+/gu)].flatMap(([word]) => tokens(word)).map(fold) : []
  )
  const people = peopleOf(question, numbers)
  const weights = new Map<string, number>()
  words.forEach((word, i) => {
    const folded = fold(word)
    if (/\d/.test(word) || asking.has(folded) || counted.has(folded) || isFunctionWord(word, asked, documents)) return
    if (isGeneric(stem(word, documents), word, documents) || isGeneric(stem(word, asked), word, asked)) return
    if ((numberWord(word) ?? 1) !== 1) return
    const before = words[i - 1]
    const isAnnounced = before !== undefined && announcing.has(before)
    const isNoun = isAnnounced && !pronouns.has(before) && (asked !== 'de' || capitals.has(folded))
    // "My child" is a relative, as "my son" is; "children" alone may be what is asked about.
    const isOwnChild = before !== undefined && possessives.has(before) && isChild(folded)
    const isLittle = isOwnChild || isLight(word, documents, isNoun) || isLight(word, asked, isNoun)
    const isThing = !hasFunctionWords || capitals.has(folded) || isAnnounced
    weights.set(folded, Math.max(weights.get(folded) ?? 0, isLittle || people.has(folded) ? lightWeight : isThing ? 1 : actionWeight))
  })
  return weights
}

/** Returns the people (folded) whose age or number a question tells, which says more of who they are: "a baby of two months". */
function peopleOf (question: string, numbers: readonly Quantity[]): Set<string> {
  return new Set(numbers.flatMap(({ dimension, unit, start }) => {
    const told = lastWord(telling.exec(question.slice(0, start)))
    if (dimension === 'person') return [told].filter(isGroup)
    if (dimension !== 'duration' || !ageUnits.has(unit ?? '')) return []
    return [told, lastWord(ofAge.exec(question.slice(start)))].filter(isChild)
  }))
}

const lastWord = (match: RegExpExecArray | null) => fold((match?.[1] ?? '').toLowerCase())

/** What stands between people and their age or number: "a baby of", "eine Gruppe von", "mein Sohn ist". */
const telling = /(?<!\p{L})(\p{L}+)\s(?:(?:of|de|von|di|van|aged?|is|ist|est|a|ha|tiene|wird)\s|d['’])$/iu
/** "12-year-old boy", "8-jähriger Junge" */
const ofAge = /^(?:\d+[\s-])?\p{L}+(?:[\s-]old|ige[nmrs]?)\s(\p{L}+)/iu

function isFunctionWord (word: string, asked: Language, documents: Language): boolean {
  return isStopWord(word, asked) || isStopWord(word, documents)
}
