// Reads numbers that are written as words, in six languages: "dix-sept", "twenty-five", "einundzwanzig", "two hundred".
import { fold } from './letters.ts'

const words = new Map(
  Object.entries({
    1: 'un une one uno una ein eine einen einem einer een',
    1.5: 'anderthalb anderhalf anderhalve eineinhalb',
    2: 'deux two dos zwei due twee',
    3: 'trois three tres drei tre drie',
    4: 'quatre four cuatro vier quattro',
    5: 'cinq five cinco funf cinque vijf',
    6: 'six seis sechs sei zes',
    7: 'sept seven siete sieben sette zeven',
    8: 'huit eight ocho acht otto',
    9: 'neuf nine nueve neun nove negen',
    10: 'dix ten diez zehn dieci tien',
    11: 'onze eleven once elf undici',
    12: 'douze twelve doce zwolf dodici twaalf',
    13: 'treize thirteen trece dreizehn tredici dertien',
    14: 'quatorze fourteen catorce vierzehn quattordici veertien',
    15: 'quinze fifteen quince funfzehn quindici vijftien',
    16: 'seize sixteen dieciseis sechzehn sedici zestien',
    17: 'dix-sept seventeen diecisiete siebzehn diciassette zeventien',
    18: 'dix-huit eighteen dieciocho achtzehn diciotto achttien',
    19: 'dix-neuf nineteen diecinueve neunzehn diciannove negentien',
    20: 'vingt vingts twenty veinte zwanzig venti twintig',
    30: 'trente thirty treinta dreissig trenta dertig',
    40: 'quarante forty cuarenta vierzig quaranta veertig',
    50: 'cinquante fifty cincuenta funfzig cinquanta vijftig',
    60: 'soixante sixty sesenta sechzig sessanta zestig',
    70: 'septante seventy setenta siebzig settanta zeventig',
    80: 'huitante octante eighty ochenta achtzig ottanta tachtig',
    90: 'nonante ninety noventa neunzig novanta negentig',
    100: 'cent cents hundred cien ciento hundert cento honderd',
    1000: 'mille thousand mil tausend duizend mila',
  }).flatMap(([value, names]) => names.split(' ').map(name => [name, Number(value)] as const))
)
const hundreds = new Map([
  ['doscient', 200], ['trescient', 300], ['cuatrocient', 400], ['quinient', 500], ['seiscient', 600], ['setecient', 700],
  ['ochocient', 800], ['novecient', 900],
])
const spanishTwenties = /^veinti(?=\p{L})/u
/** Matches "siebenundachtzig" and "achtenveertig". */
const unitAndTen = new RegExp(
  `^(\\p{L}+?)(?:und|en)(${[...words].flatMap(([word, value]) => isTen(value) && word.endsWith('ig') ? [word] : []).join('|')})$`, 'u'
)
/** Most words are no numbers: only what has one of these parts is looked at. */
const compoundPart = /hundert|honderd|cento|ient[oa]s$|einhalb$|eneenhalve?$|ig$/
const compoundStart = /^(?:veinti|vent|trent|quarant|cinquant|sessant|settant|ottant|novant)/

/** Returns the value of a number word; undefined for any other. Many have other meanings too ("sei", "once"), so a unit has to follow. */
export function numberWord (word: string): number | undefined {
  const folded = fold(word.toLowerCase())
  return words.get(folded) ?? ((isCompound(folded) ? compoundValue(folded) : undefined))
}

function isCompound (word: string): boolean {
  return word.length > 6 && (compoundPart.test(word) || compoundStart.test(word))
}

/** Reads a number that is written as one word of several: "einundzwanzig", "vijfentwintig", "venticinque", "doscientas", "zweihundert". */
function compoundValue (word: string): number | undefined {
  const spanish = hundreds.get(word.replace(/[oa]s$/, ''))
  if (spanish !== undefined) return spanish
  if (spanishTwenties.test(word)) return sum(20, words.get(word.replace(spanishTwenties, '')), 10)
  const [, half] = /^(\p{L}+)(?:einhalb|eneenhalve?)$/u.exec(word) ?? []
  if (half !== undefined) return sum(0.5, words.get(half), 20)
  const [, few, many] = /^(\p{L}+?)(hundert|honderd|cento)/u.exec(word) ?? []
  if (few !== undefined && many !== undefined) {
    const rest = word.slice(few.length + many.length).replace(/^(?:und|en)(?=\p{L})/u, '')
    const count = words.get(few)
    if (count === undefined || count > 9) return undefined
    return rest === '' ? count * 100 : sum(count * 100, numberWord(rest), 100)
  }
  const [, unit, ten] = unitAndTen.exec(word) ?? []
  if (unit !== undefined && ten !== undefined) return sum(words.get(ten)!, words.get(unit), 10)
  const [, italian] = /^(vent|trent|quarant|cinquant|sessant|settant|ottant|novant)[ia]?(?=\p{L}{3})/u.exec(word) ?? []
  if (italian === undefined) return undefined
  const tens = words.get(`${italian}${italian === 'vent' ? 'i' : 'a'}`)!
  const rest = word.slice(italian.length)
  return sum(tens, words.get(rest) ?? words.get(rest.slice(1)), 10)
}

function sum (first: number, second: number | undefined, below: number): number | undefined {
  return second === undefined || second >= below ? undefined : first + second
}

function isTen (value = 0): boolean {
  return value >= 20 && value < 100 && value % 10 === 0
}

/** A word of a number, or what stands between two of them. */
interface Part { text: string, isGlued: boolean }

/**
 * Reads the number that begins with a word: "quatre-vingt-dix", "two hundred and fifty", "treinta y cinco".
 * @returns its value, and how many of the parts belong to it; null when the first one is no number word
 */
export function numberPhrase (parts: readonly Part[], at: number): { value: number, length: number } | null {
  const first = numberWord(parts[at]?.text ?? '')
  if (first === undefined) return null
  let [total, value, next] = [0, first, at + 1]
  if (first === 1000) [total, value] = [1000, 0]
  for (;;) {
    const link = parts[next]
    const isHyphen = link?.text === '-' && link.isGlued && parts[next + 1]?.isGlued === true
    const isAnd = /^(?:et|and|y)$/.test(link?.text ?? '')
    const word = parts[isHyphen || isAnd ? next + 1 : next]?.text ?? ''
    const more = numberWord(word)
    const joined = more === undefined ? undefined : join(value, more, isAnd ? link!.text : '')
    if (joined === undefined) return { value: total + value, length: next - at }
    if (more === 1000) [total, value] = [total + joined, 0]
    else value = joined
    next += isHyphen || isAnd ? 2 : 1
  }
}

/** Returns the number that two numbers make side by side; undefined when they make none. */
function join (value: number, more: number, and: string): number | undefined {
  const isUnit = more < 10 && more % 1 === 0
  if (and === 'et') return isTen(value) && (more === 1 || more === 11) ? value + more : undefined
  if (and === 'y') return isTen(value) && isUnit ? value + more : undefined
  if (more === 1000) return and === '' && value < 1000 ? (value || 1) * 1000 : undefined
  if (value === 0) return and === '' || more < 100 ? more : undefined
  if (value >= 100 && value % 100 === 0 && more < 100) return value + more
  if (and !== '') return undefined
  if (more === 100) return value < 10 ? value * 100 : undefined
  // "Quatre-vingt", "soixante-quinze", "dix-sept".
  if (value % 100 === 4 && more === 20) return value + 76
  if (value === 10 && more >= 7 && more <= 9) return value + more
  if ((value % 100 === 60 || value % 100 === 80) && more >= 10 && more < 20) return value + more
  return isTen(value % 100) && isUnit ? value + more : undefined
}
