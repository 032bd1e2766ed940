// Shows the numbers of a workbook as people see them: prices, shares, dates.
import { dateFromSerial, format, getFormatDateInfo, isDateFormat } from 'numfmt'
import type { Language } from '../../types.ts'

/** The formats that a file names by number alone. The currency of 5 to 8, 42 and 44 is the reader's, so they have none here. */
const builtIn: Record<number, string> = {
  0: 'General', 1: '0', 2: '0.00', 3: '#,##0', 4: '#,##0.00', 5: '#,##0', 6: '#,##0', 7: '#,##0.00', 8: '#,##0.00', 9: '0%', 10: '0.00%',
  11: '0.00E+00', 12: '# ?/?', 13: '# ??/??', 14: 'yyyy-mm-dd', 15: 'd-mmm-yy', 16: 'd-mmm', 17: 'mmm-yy', 18: 'h:mm AM/PM',
  19: 'h:mm:ss AM/PM', 20: 'h:mm', 21: 'h:mm:ss', 22: 'yyyy-mm-dd h:mm', 37: '#,##0', 38: '#,##0', 39: '#,##0.00', 40: '#,##0.00',
  41: '#,##0', 42: '#,##0', 43: '#,##0.00', 44: '#,##0.00', 45: 'mm:ss', 46: '[h]:mm:ss', 47: 'mm:ss.0', 48: '##0.0E+0', 49: '@',
}

const truths: Record<Language, [no: string, yes: string]> = {
  en: ['FALSE', 'TRUE'], fr: ['FAUX', 'VRAI'], de: ['FALSCH', 'WAHR'], es: ['FALSO', 'VERDADERO'], und: ['FALSE', 'TRUE'],
}

export interface NumberWriter {
  /** @param kind the number of its format */
  number (value: string, kind: number): string
  truth (value: boolean): string
}

export interface NumberOptions {
  /** The formats that the file describes, by number. */
  formats: ReadonlyMap<number, string>
  language: Language
  /** Days are counted from 1904, as old Macintoshes did. */
  from1904: boolean
}

type Show = (value: number) => string

/** How many numbers of each format are kept. */
const maxKnown = 10_000

export function createNumberWriter ({ formats, language, from1904 }: NumberOptions): NumberWriter {
  const locale = language === 'und' ? 'en' : language
  const point = locale === 'en' ? '.' : ','
  /** How to show each format, and how the first numbers in it are shown: formatting takes longer than finding one again. */
  const known = new Map<number, { show: Show, texts: Map<string, string> }>()

  const plain: Show = value => {
    const short = Number(value.toPrecision(11))
    return Math.abs(short) >= 1e15 || (short !== 0 && Math.abs(short) < 1e-9) ? String(short) : decimal(short).replace('.', point)
  }

  function showOf (kind: number): Show {
    const code = formats.get(kind) ?? builtIn[kind] ?? 'General'
    if (/^(general|standard|@)?$/i.test(code)) return plain
    const tidy = (text: string) => text.replace(/[\s\u00a0]+/g, ' ').trim()
    const isUsable = (text: string) => text !== '' && !/^#+$/.test(text)
    const write = (value: number) => tidy(format(code, value, { locale, throws: false }))
    if (!isDate(code)) {
      return value => {
        const text = write(value)
        return isUsable(text) ? text : plain(value)
      }
    }
    return value => {
      const day = from1904 ? value + 1462 : value
      const text = isClear(code) ? write(day) : isoDate(day)
      return isUsable(text) ? text : plain(value)
    }
  }

  return {
    number (value, kind) {
      let { show, texts } = known.get(kind) ?? {}
      if (show === undefined || texts === undefined) known.set(kind, { show: show = showOf(kind), texts: texts = new Map() })
      if (show === plain && /^-?\d{1,10}$/.test(value)) return value
      let text = texts.get(value)
      if (text !== undefined) return text
      const number = Number(value)
      text = value.trim() === '' || !Number.isFinite(number) ? value : show(number)
      if (texts.size < maxKnown) texts.set(value, text)
      return text
    },
    truth: value => truths[language][value ? 1 : 0],
  }
}

function isDate (code: string): boolean {
  try {
    return isDateFormat(code)
  } catch {
    return false
  }
}

/** Tells if a format shows the whole year, or none. */
function isClear (code: string): boolean {
  return !getFormatDateInfo(code).year || /yyy|e/i.test(code.replace(/"[^"]*"|\[[^\]]*\]|\\./g, ''))
}

function isoDate (day: number): string {
  const [year, month, date, hour, minute] = dateFromSerial(day) as [number, number, number, number, number, number]
  const two = (n: number) => String(n).padStart(2, '0')
  return `${year}-${two(month)}-${two(date)}${day % 1 === 0 ? '' : ` ${two(hour)}:${two(minute)}`}`
}

function decimal (value: number): string {
  const text = String(value)
  return text.includes('e') ? value.toFixed(12).replace(/\.?0+$/, '') : text
}
