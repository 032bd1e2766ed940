// Recognizes the codes of articles and standards ("CN-137/1", "RTX 4090"), and gives all spellings of a code one form.

export interface FoundCode {
  start: number
  /** Exclusive. */
  end: number
  /** The code in one form: small letters without separators, `ː` between two numbers. */
  code: string
}

/** Stands between two numbers of a code: "CN-137/1" is not "CN-1371". A letter, so that a full-text table keeps it. */
const between = 'ː'
/** A longer run of letters is a word. */
const maxLetters = 5

/** Letters of alphabets: a code may stand between Chinese ones. */
const letter = String.raw`\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}`
const either = String.raw`[${letter}\p{Nd}]`
/**
 * Matches groups joined by separators, with letters in front that a space may follow; a dot only before figures, or before a
 * letter at the end ("AX.20.B"); such a letter may follow a space too ("AX 200 B"), but not the English word "I". The counts are
 * bounded: the time grows with the length of the text alone.
 */
const chain = new RegExp(
  String.raw`(?<![${letter}\p{Nd}@.])(?:[${letter}]{2,4}[ \u00a0](?=\p{Nd}))?${either}{1,24}` +
  String.raw`(?:(?:[-/_‐‑‒–]|\.(?=\p{Nd})|(?<=\p{Nd})\.(?=\p{Lu}(?![\p{L}\p{Nd}])))${either}{1,24}){0,6}` +
  String.raw`(?:(?<=(?<!\p{L})\p{Lu}{2,4}[ \u00a0]\p{Nd}{2,6})[ \u00a0](?!I)\p{Lu}(?=$|[?.,;:!)\s]))?(?![${letter}\p{Nd}@])`,
  'gu'
)
const group = /[\p{L}\p{N}]+/gu
const run = /\p{L}+|\p{N}+/gu

/** Letters beside figures that are a unit, an ordinal or a word rather than a part of a code. */
const measures = new Set(
  (
    'x h j d s m g l t w v a e er re st nd rd th eme ieme ere mm cm dm km mg cg kg ml cl dl min sec mah ah lm wh kwh kw hz mhz ' +
    'ghz kb mb gb tb px dpi bar db nm uhr am pm ans mois jours eur usd gbp chf'
  ).split(' ')
)
/** Short words and signs before a number that is no code, whatever their case. */
const words = new Set(
  (
    'le la les de du des en et au aux un une ou sur par pour dans à est no nr nos num art al vol page pp ch cap tel lot the of in at ' +
    'on to by for and or is der die das den dem im am um ab bis von zu mit und el los las del por con al y o abs ca max min bus tva ttc ' +
    'ht mwst vat eur usd gbp chf mr dr st ste fr it us uk eu be nl mai juin mars jan feb apr jun jul aug sep oct nov dec ' +
    'ref réf sku ean gtin isbn upc pn cod code id item pos kat'
  ).split(' ')
)
const isYear = /^(?:19|20)\d\d$/
/** Letters before a dot that shorten a word: "fig.3", "S.12". */
const shortened = new Set('p s n f ff fig figs abb sect sec par kap pag pág env bd approx bzw bis lot art eg ie v'.split(' '))

/**
 * Finds the codes that a question certainly means: written in capitals, with figures glued to the letters, or with several numbers.
 * @returns none of them overlap; in order
 */
export function codesIn (text: string): FoundCode[] {
  return chains(text)
    .filter(({ written, spaced, end }) => isCertain(written, spaced) || isOfFigures(written, text.slice(end, end + unitChars)))
    .map(({ written, start, end }) => ({ start, end, code: formOf(written) }))
}

/**
 * Returns the forms under which a text's codes are found: each code, and its beginnings ("CN-137" of "CN-137/1"). Codes
 * without separators are words already, and are left out.
 */
export function codeForms (text: string): string[] {
  return chains(text).flatMap(({ written, spaced, end }) => {
    if (isOfFigures(written, text.slice(end, end + unitChars))) return [formOf(written)]
    if ((written.match(group) ?? []).length < 2 || !(isPossible(written) && (!spaced || isCertain(written, true)))) return []
    const runs = written.toLowerCase().match(run) ?? []
    return runs.flatMap((one, i) => i === runs.length - 1 || (i > 0 && /\p{N}/u.test(one)) ? [join(runs.slice(0, i + 1))] : [])
      .filter(form => /\p{L}/u.test(form))
  })
}

/** Tells whether a word of a question is a code: letters and at least two figures, no measure. */
export function isCode (word: string): boolean {
  if (word.length < 4 || !/\p{L}/u.test(word)) return false
  // "gl5c": one figure between letters.
  if ((word.match(/\p{N}/gu)?.length ?? 0) < 2 && !/^\p{L}{1,3}\p{N}\p{L}{1,2}$/u.test(word)) return false
  return word.includes(between) || (/^\p{L}/u.test(word) && isPossible(word))
}

/** Tells whether a word names one thing alone: a code, or a number of so many figures that it counts nothing. */
export function isNameOfOne (word: string): boolean {
  return isCode(word) || /^\p{N}{5,}$/u.test(word)
}

/** Tells whether a word is as short as a bus line, an error's or a model's code ("x31", "zx9"): alone it is no sure sign of one. */
export function isShortCode (word: string): boolean {
  return /^(?:\p{L}\p{N}{2}|\p{L}{2}\p{N})$/u.test(word) && !notCodes.test(word) && !wellKnown.has(word)
}
/** What short words with a figure mean everywhere: ages, hours, times; gases and formats. */
const notCodes = /^[hxuü]\p{N}/u
const wellKnown = new Set('co2 mp3 mp4 o2 h2o b2b b2c 3d'.split(' '))

/** Tells whether two words have the same letters, and figures in the same places: "f03" and "f09". */
export function areNearCodes (a: string, b: string): boolean {
  const formOf = (word: string) => word.replace(/\p{N}/gu, '0')
  return a.length === b.length && a.length > 2 && formOf(a) === formOf(b)
}

/** Returns the runs of letters and figures of a code: `cn137ː1` → `cn`, `137`, `1`. */
export function codeParts (code: string): string[] {
  return code.replaceAll(between, ' ').match(run) ?? []
}

interface Chain { written: string, spaced: boolean, start: number, end: number }

/** Returns the chains of letters and figures, those of other things ("T4/T5") apart. */
function chains (text: string): Chain[] {
  if (!/\p{N}/u.test(text)) return []
  return [...text.matchAll(chain)].flatMap(({ 0: whole, index }): Chain[] => {
    if (!/\p{N}/u.test(whole)) return []
    const spaced = /[ \u00a0]/.test(whole)
    const [, lead = ''] = /^(\p{L}+)[ \u00a0]/u.exec(whole) ?? []
    const isLead = spaced && isLeading(lead, whole.slice(lead.length + 1))
    const [dotted = '', beforeDot = ''] = /^(\p{L}+)\./u.exec(whole) ?? []
    const from = spaced && !isLead ? lead.length + 1 : isBeforeDot(beforeDot, whole.slice(dotted.length)) ? 0 : dotted.length
    let at = index + from
    return alternatives(whole.slice(from)).map((part): Chain => {
      const start = at + (part.startsWith('/') ? 1 : 0)
      at += part.length
      return { written: text.slice(start, at), spaced: isLead && start === index, start, end: at }
    })
  })
}

/** Parts other things ("T4/T5"); a code that has a separator before has one more: "A-12/B4". */
function alternatives (written: string): string[] {
  const parts = written.split(/(?<=\p{L}.*)(?=\/(?:\p{L}{2}|\p{L}\p{N}))/u)
  const areWhole = parts.slice(1).some(part => /[-_‐‑‒–.]/.test(part.slice(1)))
  return /[-_‐‑‒–.]/.test(parts[0]!) && !areWhole ? [written] : parts
}

/** Tells whether letters before a space belong to the number after it: "VB 100/9", "RTX 4090", not "TVA 20" or "mai 10-12". */
function isLeading (letters: string, written: string): boolean {
  const rest = written.replace(/[ \u00a0]\p{Lu}$/u, '')
  const small = letters.toLowerCase()
  if (words.has(small) || measures.has(small) || !/^\p{N}/u.test(rest)) return false
  const severalNumbers = /^\p{N}+[-/]\p{N}+(?:[-/]\p{N}+)*$/u.test(rest)
  if (letters !== letters.toUpperCase()) return severalNumbers && !/[aeiouyàâäéèêëîïôöûüœ]/iu.test(letters)
  return severalNumbers || (/^\p{N}{3,}$/u.test(rest) && !isYear.test(rest))
}

/** Tells whether letters before a dot belong to the number after it: "AX.20", "ax.20.3", not "fig.3" or the hours of "Mo.10-12". */
function isBeforeDot (letters: string, rest: string): boolean {
  const small = letters.toLowerCase()
  if (letters.length > maxLetters || words.has(small) || measures.has(small) || shortened.has(small)) return false
  return letters === letters.toUpperCase() || (/\p{N}+[-/.]\p{N}/u.test(rest) && !/^\p{N}{1,2}-\p{N}{1,2}$/u.test(rest))
}

/** Tells whether a chain has the form of a code: letters and figures, neither long words nor only measures. */
function isPossible (written: string): boolean {
  const runs = written.match(run) ?? []
  const letters = runs.filter(one => /\p{L}/u.test(one)).map(one => one.toLowerCase())
  if (letters.length === 0 || letters.length === runs.length || letters.some(one => one.length > maxLetters)) return false
  const isMeasure = /^\p{N}/u.test(written) && letters.every(one => measures.has(one) || words.has(one))
  if (isMeasure && !/^\p{N}{3,}-\p{Lu}$/u.test(written)) return false
  // "x100", "h24", a date: "12-MAR-2024".
  return !/^[xh]\p{N}+$/iu.test(written) && !/^\p{N}{1,2}[-.]\p{L}{3,4}[-.]\p{N}{2,4}$/u.test(written)
}

function isCertain (written: string, spaced: boolean): boolean {
  if (!isPossible(written)) return false
  if (spaced) return true
  const groups = written.match(group) ?? []
  if (groups.length === 1) return false
  // "F-03", but not "U-18".
  if (/^(?![hxuü])\p{L}[-‐‑‒–]\p{N}{2,}$/iu.test(written)) return true
  const runs = written.match(run) ?? []
  const letters = runs.filter(one => /\p{L}/u.test(one))
  const figures = runs.length - letters.length
  if (letters.every(one => one === one.toUpperCase())) return letters.join('').length + figures > 2 || figures > 1
  return /^\p{L}/u.test(written) && (figures > 1 || (/^\p{L}+\p{N}/u.test(groups[0]!) && letters.length === 1))
}

/** Matches three figures or more and a group that is no end of a range: "4711-09", "4711/02-5"; a telephone number begins with 0. */
const figures = /^[1-9]\p{Nd}{2,}(?:[-/]\p{Nd}{1,5}){1,3}$/u

/** Matches a date that begins with its year, and a telephone number of North America. */
const dateOrPhone = /^(?:(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])|[2-9]\d\d([-/.])\d{3}\2\d{4})$/

/** Tells whether figures with dots are a code: "45.120.08"; no date, no thousands, no release of a program. */
function isDotted (written: string): boolean {
  const groups = written.split('.')
  return /^[1-9]\p{Nd}+(?:\.\p{Nd}{2,5}){2,3}$/u.test(written) && groups.join('').length > 5 &&
    !groups.slice(1).every(({ length }) => length === 3) && !/^\p{Nd}{1,2}\.\p{Nd}{1,2}\.\p{Nd}{2,4}$/u.test(written)
}

/** How much is read behind it. */
const unitChars = 8

/** Tells whether a chain of figures alone is a code, with what follows it: no range, no years, no measure. */
function isOfFigures (written: string, after: string): boolean {
  if (dateOrPhone.test(written)) return false
  if (isDotted(written)) return true
  if (!figures.test(written)) return false
  const groups = written.match(group) ?? []
  const [first = '', second = ''] = groups
  if (isYear.test(first) && second.length !== 3 && groups.length === 2) return false
  const isRange = groups.length === 2 && second.length >= first.length && Number(second) >= Number(first)
  const [unit = ''] = /^[ \u00a0]?(?:\p{L}+|[€$£%°])/u.exec(after) ?? []
  return !isRange && !/[€$£%°]/.test(unit) && !measures.has(unit.trim().toLowerCase())
}

/** Returns the one form of a code's spellings: small letters without separators, `ː` between two numbers. */
export function formOf (written: string): string {
  return join(written.toLowerCase().match(run) ?? [])
}

function join (runs: readonly string[]): string {
  return runs.reduce((code, next, i) => code + (/^\p{N}/u.test(next) && i > 0 && /^\p{N}/u.test(runs[i - 1]!) ? between : '') + next, '')
}
