// Reads numbers that are said in words of their own: "a dozen", "3/4", "minus 12 degrees", "an hour".
import type { Language } from '../types.ts'
import { numberWord } from './number-words.ts'
import { foldedText, standAt, type Token } from './quantity-token.ts'
import { unitOf } from './units.ts'

/** A number, and the position of the token after it. */
interface Said { value: number, next: number }

const words = (lines: Record<number, string>) =>
  new Map(Object.entries(lines).flatMap(([value, names]) => names.split(' ').map(name => [name, Number(value)] as const)))

const collectives = words({
  8: 'huitaine',
  10: 'dizaine dizaines decena decina tiental',
  12: 'douzaine douzaines dozen dozens dutzend docena docenas dozzina dozijn',
  15: 'quinzaine quindicina vijftiental',
  20: 'vingtaine veintena ventina twintigtal',
  30: 'trentaine treintena trentina dertigtal',
  40: 'quarantaine cuarentena quarantina veertigtal',
  50: 'cinquantaine cincuentena cinquantina vijftigtal',
  60: 'soixantaine sessantina',
  100: 'centaine centaines centenar centinaio honderdtal',
})
const links = new Set(['de', 'd', 'of', 'di', 'von'])

/** Reads "a dozen", "une quinzaine de", "two dozen" before a unit; null for anything else. A price is told for "la douzaine". */
export function dozenAt (tokens: Token[], at: number): Said | null {
  const first = foldedText(tokens[at])
  const count = first === 'a' ? 1 : tokens[at]?.kind === 'number' ? Number(first) : numberWord(first)
  const many = collectives.get(foldedText(tokens[at + 1]))
  if (many === undefined || count === undefined || !(count >= 1 && count < 10)) return null
  let next = at + 2
  if (links.has(foldedText(tokens[next]))) next++
  if (tokens[next]?.text === "'") next++
  const unit = tokens[next]
  return unit && unitOf(unit.text, unit.isGlued) ? { value: count * many, next } : null
}

/** Units that are divided, each with its parts. "2/3 days", "3/4 ans" and "2/3 kg" are two numbers: a range. */
const divided: [unit: RegExp, parts: RegExp][] = [
  [/^(?:in|inch|inches|zoll|pouces?|pulgadas?|pollic[ei])$/, /^\d+\/(?:[2348]|16)$/],
  [
    /^(?:hour|heure|stunde|hora|ora|litre|liter|litro|kilo|mile|met(?:re|er|ro)|pound|pfund|livre|libra|foot|yard)$/,
    /^(?:1\/[2348]|[23]\/[34])$/,
  ],
  [/^(?:h|std)$/, /^[13]\/[24]$/],
  [/^(?:kg|g|l|dl|cl|m|km)$/, /^1\/[2348]$/],
  [/^(?:day|tag)$/, /^1\/2$/],
]
const wholeUnits = new Set(['length', 'mass', 'volume', 'duration'])

/** Reads "3/4" and "1 1/2" before a unit that is divided: elsewhere they may be two numbers. Null for anything else. */
export function slashedAt (tokens: Token[], at: number): Said | null {
  if (tokens[at]?.kind !== 'number') return null
  const isWhole = tokens[at + 1]?.kind === 'number' && tokens[at + 2]?.text === '/'
  const part = isWhole ? at + 1 : at
  const [over, sign, under, unit] = tokens.slice(part, part + 4)
  if (sign?.text !== '/' || !sign.isGlued || under?.kind !== 'number' || !under.isGlued) return null
  const [top, bottom, whole] = [Number(over!.text), Number(under.text), isWhole ? Number(tokens[at]!.text) : 0]
  if (!(top > 0 && top < bottom && Number.isInteger(whole))) return null
  const [name, written] = [foldedText(unit), `${top}/${bottom}`]
  // "1 1/2 hours"
  const isAndHalf = isWhole && written === '1/2' && wholeUnits.has(unitOf(name, unit?.isGlued ?? false)?.dimension ?? '')
  const isPart = isAndHalf || divided.some(([units, parts]) => units.test(name) && parts.test(written))
  return isPart ? { value: whole + top / bottom, next: part + 3 } : null
}

const minus = new Set(['minus', 'moins', 'menos', 'meno'])
const either = new Set(['plus', 'more', 'ou', 'or', 'oder', 'o', 'of'])
/** "Minus 25 bis 60 °C": so far behind the sign a unit may stand. */
const reach = 5

/** Tells whether a word is the sign of a temperature: "minus 12 degrees", not "plus or minus". */
export function isBelowZero (tokens: Token[], at: number): boolean {
  if (!minus.has(tokens[at]!.text) || tokens[at + 1]?.kind !== 'number' || either.has(foldedText(tokens[at - 1]))) return false
  const units = tokens.slice(at + 2, at + 2 + reach).map(({ text, isGlued }) => unitOf(text, isGlued)).filter(unit => unit !== null)
  return units[0]?.dimension === 'temperature'
}

const zero = /^(?:bajo cero|below zero|unter null|sotto zero|onder nul|sous zero|en dessous de zero|au - dessous de zero)$/

/** Returns the position behind "below zero"; null where it does not stand. */
export function afterBelowZero (tokens: Token[], at: number): number | null {
  for (const length of [2, 4, 5]) {
    if (zero.test(tokens.slice(at, at + length).map(foldedText).join(' '))) return at + length
  }
  return null
}

/** What follows a length of time that is compared, or stands before it: "a week before", "within an hour". */
const afterArticle = new Set('before after ago later earlier early longer ahead beforehand late old'.split(' '))
const beforeArticle = new Set(['within', 'than'])
/** "5 days a week", "twice a month", "£3 an hour", "how much a night". */
const rates = new Set(
  'once twice times per nights days hours minutes visits lessons trips pence much cost costs charge price rate rent hire'.split(' ')
)

/** Tells whether "a" or "an" counts the length of time behind it: "a week before". A price is told for "a night" or "a week". */
export function isOneOf (tokens: Token[], at: number, language: Language): boolean {
  const unit = language === 'en' && /^an?$/.test(tokens[at]!.text) ? unitOf(tokens[at + 1]?.text ?? '', false) : null
  if (unit?.dimension !== 'duration' || tokens[at + 1]!.text === 'second' || tokens[at + 1]!.text === 'minute') return false
  const [before, after] = [tokens[at - 1], tokens[at + 2]]
  if (before !== undefined && (/^(?:number|sign)$/.test(before.kind) || rates.has(before.text) || unitOf(before.text, false))) return false
  if (before?.text === 'it' && /^(?:is|was)$/.test(tokens[at - 2]?.text ?? '')) return false
  return beforeArticle.has(before?.text ?? '') || afterArticle.has(after?.text ?? '') || standAt(tokens, at + 2, ['in', 'advance'])
}

const together = words({
  2: 'zweit tweeen', 3: 'dritt drieen', 4: 'viert vieren', 5: 'funft vijven', 6: 'sechst zessen', 7: 'siebt zevenen', 8: 'acht achten',
  9: 'neunt negenen', 10: 'zehnt tienen', 11: 'elft elven', 12: 'zwolft twaalven',
})

/** Reads "zu fünft" and "met z'n vijven" as people; null for anything else ("zu acht Euro", "zu acht Terminen"). */
export function togetherAt (tokens: Token[], at: number): Said | null {
  const first = foldedText(tokens[at])
  const to = first === 'zu' ? at + 1 : first === 'z' && tokens[at + 1]?.text === "'" && tokens[at + 2]?.text === 'n' ? at + 3 : -1
  const value = together.get(foldedText(tokens[to]))
  const after = tokens[to + 1]
  const isWhole = foldedText(tokens[to]) !== 'acht' || after === undefined || after.kind === 'break'
  return value === undefined || !isWhole ? null : { value, next: to + 1 }
}
