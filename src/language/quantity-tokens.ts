// Splits a text into the tokens that quantities are read from: numbers, times, dates, words and signs, with their places.
import type { Language } from '../types.ts'
import { dateNumber } from './calendar.ts'
import { isEastAsian } from './east-asian.ts'
import { eastAsianLetter, eastAsianMeasure, isOfEastAsia, readEastAsian } from './east-asian-measures.ts'
import { plainNumber, spacedNumber } from './numbers.ts'
import type { Token } from './quantity-token.ts'
import { fold } from './words.ts'

const free = String.raw`(?<![\p{L}\p{N}])`
/** Telephone numbers are not quantities: they begin with 0 or +, and one sign divides their groups. */
const phone = String.raw`${free}(?:(?:\+\d{1,3}[ ./-]?)?\(?0?\)?\d{2,5}(?<mark>[ ./-])\d{2,4}(?:\k<mark>\d{2,4})+|0\d{8,})(?!\d)`
/** Another group behind it makes a date a telephone number: "06.05.22.11.09". */
const date =
  String.raw`${free}(?:(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})|(?<day2>\d{1,2})[./](?<month2>\d{1,2})[./](?:\d{4}|` +
  String.raw`\d{2}))(?![./-]?\d)`
/** "Le 24/12": without a preposition it may be a fraction. "Au 1/10" is a scale, "by 1/10" a share, "du 1/10 au 5/11" a span of dates. */
const slashed =
  String.raw`(?:(?<=(?<!\p{L})(?:le|du|el|del|il|dal|on|until|am|vom|bis|zum|op|tot)\s)|(?<=(?<!\p{L})(?:au|al|by)\s)(?=\d\d)|` +
  String.raw`(?<=\d\/\d\d\s(?:au|al|by)\s))(?<day4>0?[1-9]|[12]\d|3[01])\/(?<month4>0[1-9]|1[0-2])(?![\d/\p{L}]|(?:\s\d\d){2})`
/** "65 m2": the figure is a part of the unit. "13 M2" names a thing. */
const power = String.raw`(?<power>(?:(?<=\d)[cdk]?m|(?<=\d\s)(?-i:[cdk]?m))[23])(?![\p{L}\p{N}])`
/** "24.12." without a year is a date in German only. */
const dayAndMonth = String.raw`${free}(?<day3>0?[1-9]|[12]\d|3[01])\.(?<month3>0?[1-9]|1[0-2])\.(?!\d)`
const clock =
  String.raw`${free}(?<hours>\d{1,2})(?::(?<minutes>[0-5]\d)(?!\d)|\s?h\s?(?<minutes2>[0-5]\d)(?!\d|[.,]\d))(?:\s?(?:uhr|uur|` +
  String.raw`h)(?!\p{L}))?`
const dotted = String.raw`${free}(?<hours3>\d{1,2})\.(?<minutes3>[0-5]\d)\s?(?:uhr|uur|h)(?!\p{L})`
const halfDay = String.raw`${free}(?<hours4>\d{1,2})(?:[.:](?<minutes4>[0-5]\d))?\s?(?<half>[ap])\.?m(?!\p{L})\.?`
/** Codes name things and measure nothing: "LDG-1017", "T5", "EN716". */
const code = String.raw`(?<code>${free}(?!(?:over|under|plus)-\d)\p{L}+[-/_.]?\d[\p{L}\p{N}]*(?:[-/_]\d+)*(?![\p{L}\p{N}]))`
/** The second figure of "60x120" and "1m62" follows a letter. */
const number =
  String.raw`(?<number>(?:${free}|(?<=\d\s?[x×])|(?<=\dm)(?=\d\d(?!\d)))[-−]?(?:${spacedNumber}|${plainNumber}))` +
  String.raw`(?<ordinal>(?:ers?|ere|ère|ème|eme|nde?|st|rd|th|e)(?!\p{L}))?`
const rest = String.raw`(?<word>\p{L}+(?:²|³)?|m[²³])|(?<sign>[€£$¥%°]c?(?!\p{L})|[–—×/:'’+-])|(?<break>[.;!?\n,()])`

const patterns = (...own: string[]) => new RegExp([date, slashed, power, ...own, phone, clock, dotted, code, number, rest].join('|'), 'giu')
/** In German "10 am Montag" is not a morning. */
const german = patterns(dayAndMonth)
const otherLanguages = patterns(halfDay)
const eastAsian = patterns(eastAsianMeasure, eastAsianLetter, halfDay)

/** Returns the tokens of a text, in order. */
export function quantityTokens (text: string, language: Language): Token[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(language === 'de' ? german : isEastAsian(text) ? eastAsian : otherLanguages)) {
    const { index: start, 0: written, groups } = match as RegExpExecArray & { groups: Record<string, string | undefined> }
    const end = start + written.length
    const isGlued = tokens.at(-1)?.end === start
    const token = (kind: Token['kind'], text: string, value = 0, isNegative = false) =>
      tokens.push({ kind, text, value, isNegative, isGlued, start, end })
    if (isOfEastAsia(groups)) {
      tokens.push(...readEastAsian(groups, start, end))
      continue
    }
    const hours = groups.hours ?? groups.hours3 ?? groups.hours4
    const monthOfYear = groups.month ?? groups.month2 ?? groups.month3 ?? groups.month4
    if (monthOfYear !== undefined) {
      const [month, day] = [Number(monthOfYear), Number(groups.day ?? groups.day2 ?? groups.day3 ?? groups.day4)]
      token(month >= 1 && month <= 12 && day >= 1 && day <= 31 ? 'date' : 'break', written, dateNumber(month, day))
    } else if (hours !== undefined) {
      const minutes = Number(groups.minutes ?? groups.minutes2 ?? groups.minutes3 ?? groups.minutes4 ?? 0)
      const half = groups.half?.toLowerCase()
      const hour = half === undefined ? Number(hours) : Number(hours) % 12 + (half === 'p' ? 12 : 0)
      token(hour <= 24 ? 'clock' : 'break', written, hour * 60 + minutes)
    } else if (groups.number !== undefined) {
      const isNegative = /^[-−]/.test(groups.number)
      token('number', isNegative ? groups.number.slice(1) : groups.number, 0, isNegative)
    } else if (groups.power !== undefined) token('word', written.toLowerCase().replace('2', '²').replace('3', '³'))
    else if (groups.word2 !== undefined) token('word', written)
    else if (groups.word !== undefined) splitWord(groups.word.toLowerCase(), start, isGlued, tokens)
    else if (groups.sign !== undefined) token('sign', written.toLowerCase().replace('’', "'"))
    else token('break', groups.code?.toLowerCase() ?? written)
  }
  return tokens
}

/** Adds a word. The "x" of "60x120" is a sign of its own. */
function splitWord (word: string, start: number, isGlued: boolean, tokens: Token[]): void {
  const kind = word === 'x' && isGlued ? 'sign' : 'word'
  tokens.push({ kind, text: word, value: 0, isNegative: false, isGlued, start, end: start + word.length })
}

/** Returns the folded word before a token; '' without one. */
export function wordBefore (tokens: Token[], at: number): string {
  const before = tokens[at - 1]
  return before?.kind === 'word' ? fold(before.text) : ''
}

/** Verbs after which a number is about the person who asks, or their own matter. */
const situations = new Set(
  (
    'pese pesons pesent pesant weigh weighs weighing wiegt wiege wiegen pesa peso pesan pesano weegt mesure mesurent mesurons ' +
    'misst messe mide mido fait font faisons ai a avons ont has have having had hat habe haben tiene tengo tenemos tienen ho ha ' +
    'abbiamo hanno heb heeft hebben am is are ' +
    'est sont sommes serons suis ist bin sind es son soy somos seremos siamo saremo sono e is zijn ben m re cost costs coute ' +
    'coutent kostet vale cuesta commande order ' +
      'habite habitons vis live wohne wohnen vivo vivimos abito abitiamo woon wonen vaut valent worth wert valen'
  ).split(' ')
)
/** Adverbs between such a verb and the number. */
const adverbs = new Set(
  (
    'environ about roughly around nearly almost only just seulement etwa ungefahr nur ca circa unos unas casi solo solamente ongeveer ' +
    'plus moins de que a ' +
    // "My son is tall, 110 cm", "è alto 110 cm"
    'alto alta lungo lunga largo larga haut haute long longue large grand grande tall high wide hoch lang breit gross schwer ' +
    'hoog breed groot'
  ).split(
    ' '
  )
)

/** Tells whether the number at a token belongs to such a verb. */
export function isSituation (tokens: Token[], at: number): boolean {
  let left = at - 1
  while (left >= 0 && tokens[left]!.kind === 'word' && adverbs.has(fold(tokens[left]!.text))) left--
  return left >= 0 && tokens[left]!.kind === 'word' && situations.has(fold(tokens[left]!.text))
}
