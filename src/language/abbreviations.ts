// Tells a full stop that ends a sentence from one that belongs to an abbreviation, an initial or an ordinal.
import { fold, isStopWord, languages } from './words.ts'

const set = (list: string) => new Set(list.split(' '))

/** Abbreviations before a name, or in the middle of a sentence: none of them ends one. Without accents. */
const neverLast = set(
  'm mm mme mmes mlle mr mrs ms messrs dr drs dra prof pr me st ste sr sra srta dna dott dottssa sig sigra ing avv rag geom dhr mw ' +
  'mevr hr fr frl fam rev hon gen col lt capt sgt av ap bzw inkl incl zzgl exkl excl evtl ggf ggfs vgl cf vs bijv resp sog sogen ' +
  'einschl ausschl insb insbes zzt dgl ex ej env approx aprox ca circa mind usg bd boul rte ud uds vd avda avd mt fa sres sras ' +
  'kath evang ehem'
)
/** Initials before more of the sentence ("d. h. Sie zahlen"), without points. Others may end one ("5 p.m. We close"). */
const runsNeverLast = set('zb dh idr ia eg ie oa sm')
const months = set(
  'jan janv ene gen feb febr fev fevr mar marz apr avr abr mag jun juin giu jul juil lug aug ago sep sept set oct okt ott out nov dec ' +
  'dez dic'
)
/** Matches initials at the end of a text, and the start of the code of a law: "L. 121". */
const initials = /(?:(?<!\p{L})\p{L}\.[\s-]{0,2})+$/u
const codeStart = /^\p{Lu}\.\s?\p{N}/u
/** Units behind a figure of one letter, and words that stand behind one as well as before one ("30 min. 5 rooms"). */
const unitLetter = /^[mghlstkACFKLVW]$/
const countedWord = /^(?:min|max|s|p)$/i
/** Abbreviations before a number. */
const beforeNumber = set(
  'no nos nr nrs n num nro art arts abs ziff kap cap chap sect sec par fig figs abb tab vol band p pp pg pag pags s ss bl blz tel ' +
  'tlf tfno tfn fax max min max mind ext anl lit ref ann al alin plz hnr wg app apt vers v ver rev ed'
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
/** Matches a date with a point: "5. Mai", "5.3.". */
const date = /^\p{N}{1,2}\.(?:\p{N}|\s\p{Lu})/u
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
  const next = /^["«“„(¿¡]?\s?(\p{L}+)/u.exec(after)?.[1] ?? ''
  const isNumber = /^["«“„(]?[£$€]?\s?[\p{N}IVX]/u.test(after) && (next === '' || /^[IVX]+$/.test(next))
  const rest = before.slice(0, -word.length - 1)
  // "1. Open the tap": the number of a step, not a sentence.
  if (isStart && rest.trim() === '' && /^(?:\p{N}{1,3}|\p{L})$/u.test(word)) return true
  if (/^\p{N}/u.test(word)) return isOrdinal(word, rest, after)
  const small = fold(word.toLowerCase())
  // "30 min. Then": a unit after a figure may be the last word.
  const afterFigure = /[\p{N}°]\s?$/u.test(rest) || /\p{N}/u.test(lead)
  const isCounted = afterFigure && countedWord.test(word) && word !== 'S'
  if (beforeNumber.has(small) && (isNumber || codeStart.test(after)) && !isCounted) return true
  if (months.has(small) && isNumber && (afterFigure || /^\p{Lu}/u.test(word))) return true
  const isDay = shortDays.has(small) && !(small === 'mar' && beforeSea.test(rest)) && (/^\p{Lu}/u.test(word) || beforeDay.test(rest))
  if (isDay && (hour.test(after) || date.test(after))) return true
  if (/(?:str|av|pl)$/.test(small) && isNumber && !/^\p{L}/u.test(next)) return true
  // "Die max. Teilnehmerzahl".
  const previous = lastWord(rest)
  if (/^(?:max|min|mind)$/.test(small) && !afterFigure && !beginsSentence(next) && beginsSentence(previous)) return true
  if (small === 'es' && /^per$/i.test(previous)) return true
  if (neverLast.has(small) && (small.length > 1 || word === 'M')) return true
  if (small.length === 1) return isInitial(word, rest, after, next, afterFigure)
  // "EE. UU.": plurals of initials.
  if (isDoubled(word)) return isDoubled(/^\p{Lu}+(?=\.)/u.exec(after)?.[0]) || (isDoubled(lastPiece(rest)) && !beginsSentence(next))
  return /^[IVX]{2,}$/.test(word) && /\p{Lu}\p{Ll}+\s$/u.test(rest) && !beginsSentence(next)
}

/** Tells the full stop of an initial ("J. Sutter", "z. B. Bücher", "J.-C.") from the end of a sentence ("Vitamin C. The dose"). */
function isInitial (letter: string, rest: string, after: string, next: string, afterFigure: boolean): boolean {
  // "J. K. Rowling", "Art. L. 121".
  if (/^\p{L}\.|^-/u.test(after) || (/^\p{N}/u.test(after) && beforeNumber.has(fold(lastPiece(rest).toLowerCase())))) return true
  const run = initials.exec(rest)?.[0]
  if (run !== undefined) {
    return runsNeverLast.has(`${run}${letter}`.replace(/[^\p{L}]/gu, '').toLowerCase()) || !beginsSentence(next)
  }
  if (afterFigure && unitLetter.test(letter)) return next === ''
  if (/\p{Ll}/u.test(letter)) return !afterFigure || !beginsSentence(next)
  return next !== '' && !beginsSentence(next)
}

function isOrdinal (figures: string, rest: string, after: string): boolean {
  if (figures.length > 2) return false
  if (afterOrdinal.test(after)) return true
  // "2.1. Betriebsferien": a date.
  const previous = /(\p{L}+)\s(?:\p{N}{1,2}\.)?$/u.exec(rest)?.[1]
  const next = /^(\p{L}+)/u.exec(after)?.[1] ?? ''
  return previous !== undefined && beforeOrdinal.has(previous.toLowerCase()) && /^\p{Lu}\p{Ll}/u.test(next) && !beginsSentence(next)
}

const isDoubled = (word = '') => /^(\p{Lu})\1$/u.test(word)
const lastWord = (text: string) => /(\p{L}+)\s$/u.exec(text)?.[1] ?? ''
/** Returns the letters before a full stop at the end. */
const lastPiece = (text: string) => /(\p{L}+)\.\s?$/u.exec(text)?.[1] ?? ''

function beginsSentence (word: string): boolean {
  return languages.some(language => isStopWord(word.toLowerCase(), language))
}
