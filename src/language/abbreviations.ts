// Tells a full stop that ends a sentence from one that belongs to an abbreviation, an initial or an ordinal.
import { fold, isStopWord, languages } from './words.ts'

const set = (list: string) => new Set(list.split(' '))

/** Abbreviations before a name, or in the middle of a sentence: none of them ends one. Without accents. */
const neverLast = set(
  'm mm mme mmes mlle mr mrs ms messrs dr drs dra prof pr me st ste sr sra srta dna dott dottssa sig sigra ing avv rag geom dhr mw ' +
  'mevr hr fr frl fam rev hon gen col lt capt sgt av ap bzw inkl incl zzgl exkl excl evtl ggf ggfs vgl cf vs bijv resp sog sogen ' +
  'einschl ausschl insb insbes zzt dgl ex env approx aprox ca circa mind usg bd boul rte ud uds vd avda avd'
)
/** Abbreviations before a number. */
const beforeNumber = set(
  'no nos nr nrs n num nro art arts abs ziff kap cap chap sect sec par fig figs abb tab vol band p pp pg pag pags s ss bl blz tel ' +
  'tlf tfno tfn fax max min max mind anl lit ref ann al alin plz hnr wg app apt vers v ver rev ed'
)
/** Days before an hour ("Sat. 10 am"): many are words too, so they have a capital, or stand in a list or after an article. */
const shortDays = set(
  'mon tue tues wed weds thu thur thurs fri sat sun mo di mi do fr sa so lun mar mer jeu ven sam dim mie jue vie sab dom gio ma wo vr za zo'
)
const beforeDay = /(?:^|[,;:/–—-]\s?|(?<!\p{L})(?:le|du|au|el|al|il|dal|op|tot)\s)$/u
/** "Al mar" is the sea. */
const beforeSea = /(?<!\p{L})(?:el|al|il|dal|del)\s$/iu
const hourMark = String.raw`(?:[.:h]\p{N}\p{N}|\s?(?:h|uhr|uur|[ap]\.?m))(?![\p{L}\p{N}])`
const hourLink = String.raw`\s?(?:[-–—]|(?:to|bis|à|a|tot|alle)\s)\s?`
/** Matches an hour, "10 am", "9.30", "14 h", and two figures behind which nothing is counted: "9–12". */
const hour = new RegExp(
  String.raw`^\p{N}{1,2}(?:${hourMark}|${hourLink}\p{N}{1,2}(?:${hourMark}|(?!\p{N})(?!\s?\p{L})|(?=\s(?:and|und|et|y|e|en)\s)))`,
  'iu'
)
/** Words before a German ordinal ("am 18. Mai"). */
const beforeOrdinal = set(
  'am zum vom beim im ins den dem der des das die ab bis seit zur und oder jeden jeder jedes jede unser unsere unserem ihr ihrem ' +
  'ihren mein meinem nach vor ein einen eine einem einer sein seinem'
)
/** Words after one, by their beginning. */
const afterOrdinal =
  new RegExp(
    String.raw`^(?:Jan(?:uar|\.)|Jänner|Feb(?:ruar|\.)|März|Apr(?:il|\.)|Mai|Juni|Juli|Aug(?:ust|\.)|Sept?(?:ember|\.)|Okt(?:ober|\.)|` +
    String.raw`Nov(?:ember|\.)|Dez(?:ember|\.)|Jahrhundert|Jahrestag|Jh\.|Etage|Stock|Obergeschoss|Untergeschoss|OG|UG|Klasse|Mal|Platz|` +
    String.raw`Lebensjahr|Schuljahr|Geburtstag|Quartal|Halbjahr|Auflage|Advent|Semester|Liga|Rang|Kind|Stufe|Weltkrieg)(?!\p{L})`,
    'u'
  )

/**
 * Tells whether the full stop at the end of `before` does not end a sentence.
 * @param after the text after the space
 * @param isStart true if `before` begins where the sentence does
 */
export function isAbbreviated (before: string, after: string, isStart: boolean): boolean {
  const [, lead = '', word = ''] = /(^|[^\p{L}\p{N}]|\p{N}\.?)(\p{L}+|\p{N}+)\.$/u.exec(before) ?? []
  if (word === '') return false
  const next = /^["«“(¿¡]?\s?(\p{L}+)/u.exec(after)?.[1] ?? ''
  const isNumber = /^["«“(]?[\p{N}IVX]/u.test(after) && (next === '' || /^[IVX]+$/.test(next))
  const rest = before.slice(0, -word.length - 1)
  // "1. Open the tap": the number of a step, not a sentence.
  if (isStart && rest.trim() === '' && /^(?:\p{N}{1,3}|\p{L})$/u.test(word)) return true
  if (/^\p{N}/u.test(word)) return isOrdinal(word, rest, after)
  const small = fold(word.toLowerCase())
  // "30 min. Then": a unit after a figure may be the last word.
  const afterFigure = /\p{N}\s?$/u.test(rest) || /\p{N}/u.test(lead)
  if (beforeNumber.has(small) && isNumber && !afterFigure) return true
  const isDay = shortDays.has(small) && !(small === 'mar' && beforeSea.test(rest)) && (/^\p{Lu}/u.test(word) || beforeDay.test(rest))
  if (isDay && hour.test(after)) return true
  if (/(?:str|av|pl)$/.test(small) && isNumber && !/^\p{L}/u.test(next)) return true
  if (neverLast.has(small) && (small.length > 1 || word === 'M')) return true
  // "J. Sutter", "z. B. Bücher", "J.-C.": an initial, unless a sentence begins after it ("Vitamin C. The dose").
  if (/^\p{Lu}$/u.test(word)) return /(?:^|[\s.-])\p{L}\.\s?-?$/u.test(rest) || (next !== '' && !beginsSentence(next))
  return /^[IVX]{2,}$/.test(word) && /\p{Lu}\p{Ll}+\s$/u.test(rest) && !beginsSentence(next)
}

function isOrdinal (figures: string, rest: string, after: string): boolean {
  if (figures.length > 2) return false
  if (afterOrdinal.test(after)) return true
  const previous = /(\p{L}+)\s$/u.exec(rest)?.[1]
  const next = /^(\p{L}+)/u.exec(after)?.[1] ?? ''
  return previous !== undefined && beforeOrdinal.has(previous.toLowerCase()) && /^\p{Lu}\p{Ll}/u.test(next) && !beginsSentence(next)
}

function beginsSentence (word: string): boolean {
  return languages.some(language => isStopWord(word.toLowerCase(), language))
}
