// Reads a question that compares two things by a measure: "is the city bike cheaper than the road bike?", "which is lighter, A or B?".
import type { Language } from '../types.ts'
import { neutralWords } from './aggregate-words.ts'
import { countWords, plain, topicStem, type Topic } from './aggregate.ts'
import { quantities } from './quantities.ts'
import type { Dimension } from './units.ts'
import { tokens } from './words.ts'

export interface Comparison {
  dimensions: Dimension[]
  /** Whether the lower or the higher value is asked for. */
  operation: 'min' | 'max'
  /** 'than': the answer is yes or no, about the first thing. 'or': it is one of the two. */
  form: 'than' | 'or'
  /** The words that name each thing, in order. */
  things: [Topic[], Topic[]]
}

interface Grammar {
  /** Matches the comparatives, each with what it compares. */
  comparatives: { operation: 'min' | 'max', dimensions: Dimension[], pattern: RegExp }[]
  than: RegExp
  or: RegExp
  /** Matches the beginning of a question that names nothing, but has one of the words above. */
  opening: RegExp
  /** Matches words that ask, beside those that name nothing in any question. */
  asking: RegExp
  /** Matches what makes "yes" or "this one" the wrong answer: a negation, and words that ask for something else. */
  unsure: RegExp
}

type Line = [operation: 'min' | 'max', dimensions: string, phrases: string]

/** Matches phrases as whole words of a folded question, with single spaces. */
function grammar (
  lines: Line[], { than, or, opening, asking, unsure }: Record<'than' | 'or' | 'opening' | 'asking' | 'unsure', string>,
): Grammar {
  const whole = (phrases: string) => new RegExp(String.raw`(?<!\p{L})(?:${phrases})(?!\p{L})`, 'u')
  return {
    comparatives: lines.map(([operation, dimensions, phrases]) =>
      ({ operation, dimensions: dimensions.split(' ') as Dimension[], pattern: whole(phrases) })),
    than: new RegExp(`^(?:${than})$`),
    or: new RegExp(`^(?:${or})$`),
    opening: new RegExp(`^(?:${opening})(?: |$)`),
    asking: new RegExp(`^(?:${asking})$`),
    unsure: whole(unsure),
  }
}

const grammars: Partial<Record<Language, Grammar>> = {
  en: grammar([
    ['min', 'money', 'cheap(?:er|est)|(?:less|least) (?:expensive|costly)|costs? less'],
    ['max', 'money', 'dear(?:er|est)|prici(?:er|est)|(?:more|most) (?:expensive|costly)|costs? more'],
    ['min', 'mass', 'light(?:er|est)|less heavy|weighs? less'],
    ['max', 'mass', 'heav(?:ier|iest)|weighs? more'],
    ['min', 'length duration', 'short(?:er|est)'],
    ['max', 'length duration', 'long(?:er|est)'],
  ], {
    than: 'than',
    or: 'or',
    opening: 'which one|which',
    asking: 'which|what|whats|does|do|did|cost|costs|weigh|weighs|between|one|model',
    unsure: 'no|not|never|neither|nor|how|why|when|where',
  }),
  fr: grammar([
    ['min', 'money', 'moins (?:chere?s?|couteu(?:x|ses?)|onereu(?:x|ses?))|(?<=coute(?:nt)? (?:t )?(?:\\p{L}+ )?)moins(?= qu)'],
    ['max', 'money', 'plus (?:chere?s?|couteu(?:x|ses?)|onereu(?:x|ses?))|(?<=coute(?:nt)? (?:t )?(?:\\p{L}+ )?)plus(?= qu)'],
    ['min', 'mass', 'plus leg(?:er|ere)s?|moins lourde?s?'],
    ['max', 'mass', 'plus lourde?s?|moins leg(?:er|ere)s?'],
    ['min', 'length duration', 'plus courte?s?'],
    ['max', 'length duration', 'plus long(?:ue)?s?'],
  ], {
    than: 'que|qu',
    or: 'ou',
    opening: 'est ce que|est ce qu|qu est ce qui|lequel|laquelle',
    asking: 'lequel|laquelle|quel|quelle|coute|coutent|pese|pesent|entre|qui',
    unsure: 'pas|ne|n|jamais|ni|non|combien|comment|pourquoi|quand',
  }),
  de: grammar([
    ['min', 'money', '(?:gunstig|billig|preiswert)(?:er|st)(?:e[nmrs]?)?|(?<=kosten?t? .{0,60})weniger(?= als)'],
    ['max', 'money', '(?:teurer|teuerst)(?:e[nmrs]?)?|(?<=kosten?t? .{0,60})mehr(?= als)'],
    ['min', 'mass', 'leicht(?:er|est)(?:e[nmrs]?)?|(?<=wieg(?:t|en) .{0,60})weniger(?= als)'],
    ['max', 'mass', 'schwer(?:er|st)(?:e[nmrs]?)?|(?<=wieg(?:t|en) .{0,60})mehr(?= als)'],
    ['min', 'length duration', 'kurz(?:er|est)(?:e[nmrs]?)?'],
    ['max', 'length duration', 'lang(?:er|st)(?:e[nmrs]?)?'],
  ], {
    than: 'als',
    or: 'oder',
    opening: 'was|welche[rs]?',
    asking: 'was|welche[rsnm]?|kostet|kosten|wiegt|wiegen|am|zwischen|davon',
    unsure: 'nicht|nie|niemals|kein\\p{L}*|wie|wieviel|warum|wieso|weshalb|wann|wo',
  }),
  es: grammar([
    ['min', 'money', 'mas (?:barat[oa]s?|economic[oa]s?)|menos car[oa]s?|(?<=cuestan? .{0,60})menos(?= que)'],
    ['max', 'money', 'mas car[oa]s?|(?<=cuestan? .{0,60})mas(?= que)'],
    ['min', 'mass', 'mas (?:liger[oa]s?|livian[oa]s?)|menos pesad[oa]s?|(?<=pesan? .{0,60})menos(?= que)'],
    ['max', 'mass', 'mas pesad[oa]s?|(?<=pesan? .{0,60})mas(?= que)'],
    ['min', 'length duration', 'mas cort[oa]s?'],
    ['max', 'length duration', 'mas larg[oa]s?'],
  ], {
    than: 'que',
    or: 'o|u',
    opening: 'que|cual',
    asking: 'que|cual|cuesta|cuestan|pesa|pesan|entre|sale|salen',
    unsure: 'no|nunca|tampoco|ni|cuant[oa]s?|como|por que|cuando|donde',
  }),
}

/**
 * Returns what a question compares; null for any other question, and where it is not certain which words name which thing.
 * @param asked the language of the question
 * @param documents the language of the data, in which its words are stemmed
 */
export function readComparison (question: string, asked: Language, documents: Language): Comparison | null {
  const known = grammars[asked]
  if (!known) return null
  const words = tokens(question).map(word => ({ word, folded: plain(word) }))
  const opened = known.opening.exec(textOf(words))
  if (opened) words.splice(0, countWords(opened[0]))
  const text = textOf(words)
  if (known.unsure.test(text)) return null
  const found = known.comparatives.flatMap(one => {
    const match = one.pattern.exec(text)
    return match ? [{ ...one, from: countWords(text.slice(0, match.index)), length: countWords(match[0]) }] : []
  })
  const [only] = found
  if (!only || found.length > 1) return null
  const { operation, dimensions, from, length } = only
  // "£100 cheaper than …" asks by how much.
  if (quantities(question, asked).some(({ dimension }) => dimensions.includes(dimension as Dimension))) return null

  const rest = [...words.slice(0, from), ...words.slice(from + length)]
  const isThan = (i: number) => i >= from && known.than.test(rest[i]!.folded)
  const isOr = (i: number) => known.or.test(rest[i]!.folded)
  const at = [...rest.keys()].filter(i => isThan(i) || isOr(i))
  if (at.length !== 1) return null
  const form = isThan(at[0]!) ? 'than' : 'or'
  const topics = (part: typeof words) => part
    .filter(({ folded }) => !known.asking.test(folded) && !neutralWords[asked]!.test(folded))
    .map(({ word }): Topic => ({ word, stem: topicStem(word, documents) }))
  const things: [Topic[], Topic[]] = [topics(rest.slice(0, at[0])), topics(rest.slice(at[0]! + 1))]
  // "Cheaper than 300 €" compares with a measure.
  return things.every(thing => thing.some(({ word }) => /\p{L}/u.test(word))) ? { dimensions, operation, form, things } : null
}

function textOf (words: readonly { folded: string }[]): string {
  return words.map(({ folded }) => folded).join(' ')
}
