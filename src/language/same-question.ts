// Decides whether two questions are the same in other words, so that one answer serves both.
import type { Language } from '../types.ts'
import { answerType } from './answer-types.ts'
import { sameFamily } from './generic-words.ts'
import { numberValue } from './numbers.ts'
import { onceForTextIn } from './once-for-text.ts'
import { isNeutral, meaning, tells } from './same-question-words.ts'
import { isStopWord, tokens } from './words.ts'

/** Longer texts are letters, which other people do not repeat. */
const maxQuestionChars = 200
/** Words between two things that cannot be swapped: "A to B". They are so common that only an exact reversal counts. */
const directions = new Set('a à to de que'.split(' '))
/** Words that fix the order of all things: "A with B", "higher than B", "so many A per B". */
const relations = new Set(
  (
    'for pour para für gegen with from into than versus vs per through instead avec par depuis vers contre versus con por desde hasta ' +
    'mit pro nach von als statt bis'
  ).split(
    ' '
  )
)
/** Beyond this number of things, their order carries the meaning. */
const maxUnorderedThings = 2

/** Matches "must" in more than one word. */
const obligation = /\b(?:(?:have|has|had|need|needs) to|hay que|tengo que|tiene que|est-ce obligatoire)\b/gi

const units = 'mm|cm|m|km|mg|g|kg|ml|cl|l|L|µm|mW|W|kW|MW|kWh|V|A|mAh|kb|Mb|MB|Gb|GB|TB|h|min|s|°C|°|%|€|\\$|£'
/** Matches figures and codes with sign and case, which tokens lack: "-5", "1.5 m", "5 mW", "C++", "US", "XL", "T4". */
const code = new RegExp(
  `(?<![\\p{L}\\p{N}])[-−+]?[€$£]?[\\p{L}]*\\p{N}[\\p{L}\\p{N}]*(?:[.,]\\p{N}+)*(?:\\s?(?:${units})(?![\\p{L}\\p{N}]))?|` +
  '(?<![\\p{L}\\p{N}\'])\\p{L}(?:\\+\\+|#)|(?<![\\p{L}\\p{N}\'])(?!I(?!\\p{L}))\\p{Lu}{1,5}(?![\\p{L}\\p{N}\'])',
  'gu'
)

type Known = Exclude<Language, 'und'>

interface Matter {
  /** A name for each content word, in order; synonyms share one. */
  content: string[]
  /** Meanings of its function words: not, without, before, where … */
  tells: Set<string>
  /** Figures with sign and unit, codes, sizes, signs ("C++") and words in capitals, as typed, in order. */
  codes: string[]
  /** Words capitalised within the sentence, in lower case. */
  names: Set<string>
  /** Ordered pairs of things: `a b` for "a to b". */
  pairs: Set<string>
  /** True when the order of the content matters. */
  related: boolean
}

/**
 * Tells whether the answer to `a` may serve `b`. Symmetric and cautious: anything that only one of them says, other than
 * courtesy, keeps them apart; so does a different number, unit, code, negation or type of fact. It guards a
 * similarity, which alone cannot distinguish opposites from paraphrases.
 */
export function mayShareAnswer (a: string, b: string, language: Language): boolean {
  if (a.length > maxQuestionChars || b.length > maxQuestionChars) return false
  if (language === 'und') return tokens(a).join(' ') === tokens(b).join(' ')
  const [one, other] = [matterOf(a, language), matterOf(b, language)]
  if (one.content.length === 0 || other.content.length === 0) return tokens(a).join(' ') === tokens(b).join(' ')
  const type = answerType(a, language)
  return type === answerType(b, language) &&
    bare(one, language).join('\n') === bare(other, language).join('\n') &&
    sameNames(one, other, a, b) &&
    equal([...new Set(one.content)], [...new Set(other.content)]) &&
    equal([...one.tells].filter(what => addsMeaning(what, type)), [...other.tells].filter(what => addsMeaning(what, type))) &&
    (!(one.related || other.related || ordered(one).length > maxUnorderedThings) || ordered(one).join(' ') === ordered(other).join(' ')) &&
    ![...one.pairs].some(pair => other.pairs.has(pair.split(' ').reverse().join(' ')))
}

/** Tells whether a meaning still counts: the type of fact already covers question words, as in "how long" and "what time". */
function addsMeaning (what: string, type: string | null): boolean {
  return type === null || !['how', 'when', 'where'].includes(what)
}

/** The entries of an FAQ are compared with many questions. */
const matterOf = onceForTextIn<Known, Matter>(readMatter, { maxChars: 50_000 })

function readMatter (text: string, language: Known): Matter {
  const plain = text.replace(/[’ʼ]/g, '\'').replace(/n't\b/gi, ' not').replace(obligation, ' must ')
  const matter: Matter = { content: [], tells: new Set(), codes: [], names: new Set(), pairs: new Set(), related: false }
  matter.codes.push(...plain.match(code) ?? [])
  if (language !== 'de') for (const [name] of plain.matchAll(/(?<=[\p{L}\p{N},'-]\s)\p{Lu}\p{Ll}+/gu)) matter.names.add(name.toLowerCase())
  let before: string | undefined
  let direction = false
  for (const word of tokens(plain)) {
    if (/\p{N}/u.test(word)) continue
    const told = tells(word, language)
    if (told !== undefined) matter.tells.add(told)
    if (directions.has(word)) direction = true
    if (relations.has(word)) matter.related = true
    if (told !== undefined || isNeutral(word, language)) continue
    const name = meaning(word, language)
    // A synonym counts even when it is a stop word ("combien"); other stop words do not.
    if (isStopWord(word, language) && !name.startsWith('=')) continue
    if (/^.$/u.test(word) && !name.startsWith('=')) continue
    if (direction && before !== undefined && before !== name) matter.pairs.add(`${before} ${name}`)
    matter.content.push(name)
    before = name
    direction = false
  }
  // "plus cher que", "más barato que": "que" alone is too common to mean "than".
  if (matter.tells.has('more') || matter.tells.has('less')) matter.related = true
  return matter
}

/** Returns the content without the price or the time that is asked for, which may be anywhere in the sentence. */
function ordered ({ content }: Matter): string[] {
  return content.filter((name, i) => name !== '=0' && name !== '=1' && content.indexOf(name) === i)
}

/** Matches a number with thousands, or with three decimals: the language decides which. */
const grouped = /(?<![\d.,])[1-9]\d{0,2}(?:[.,]\d{3})+(?![\d.,])/

/** Writes figures in one form: "150 ml" and "150ml" are the same, "1.299 €" and "1,299 €" are not. */
function bare ({ codes }: Matter, language: Language): string[] {
  return codes.map(written => written
    .replace(/\s/g, '')
    .replace('−', '-')
    .replace(grouped, number => String(numberValue(number, language)))
    .replace(/(?<=\p{N}),(?=\p{N})/u, '.'))
}

/** Compares names: a word capitalised in one question only may be two words ("Polish", "polish"), except at the start. */
function sameNames (one: Matter, other: Matter, a: string, b: string): boolean {
  const lower = (name: string, text: string) => new RegExp(`(?<![\\p{L}\\p{N}])${name}(?![\\p{L}\\p{N}])`, 'u').test(text)
  return (
    ![...one.names].some(name => !other.names.has(name) && lower(name, b)) &&
    ![...other.names].some(name => !one.names.has(name) && lower(name, a))
  )
}

function equal (a: string[], b: string[]): boolean {
  return a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n')
}

/**
 * Tells whether an FAQ entry can answer a question: it has the same function words, is about the same type of fact,
 * shares a word with the question in its title, and has every word and every figure of it in title or text.
 * It is the weaker guard for when the similarity itself is trusted.
 */
export function canAnswer (asked: string, entry: { title: string, text: string }, language: Language): boolean {
  if (language === 'und' || asked.length > maxQuestionChars || answerType(asked, language) !== answerType(entry.title, language)) {
    return false
  }
  const [one, other, whole] = [
    matterOf(asked, language),
    matterOf(entry.title, language),
    matterOf(`${entry.title}\n${entry.text}`, language),
  ]
  const figures = new Set(bare(whole, language))
  const holds = (name: string) => whole.content.some(held => held === name || sameFamily(name, held))
  return (
    one.content.some(name => other.content.includes(name)) &&
    one.content.every(holds) &&
    bare(one, language).every(held => figures.has(held)) &&
    ['not', 'without', 'only', 'all', 'same', 'other', 'why', 'who', 'where', 'when', 'one', 'two', 'three'].every(
      what => one.tells.has(what) === other.tells.has(what)
    )
  )
}
