// Reads numbers as people write them: thousands and decimals of several countries, and words up to twenty.
import type { Language } from '../types.ts'
import { fold } from './words.ts'

/** Matches a number with blanks or apostrophes between its thousands: "1 299,00", "1'299". */
export const spacedNumber = String.raw`\d{1,3}(?:[ \u00a0\u2009\u202f'’]\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?`
/** Matches any other number. */
export const plainNumber = String.raw`\d+(?:[.,]\d+)*`

/**
 * Returns the value of a written number. A single point or comma before three digits divides thousands where that is the
 * custom: "1.299" is 1299 except in English, and "1,299" is 1299 in English only.
 */
export function numberValue (written: string, language: Language): number {
  const plain = written.replace(/[\s'’]/g, '')
  const marks = plain.match(/[.,]/g) ?? []
  const last = marks.at(-1)
  if (last === undefined) return Number(plain)
  const decimals = plain.length - plain.lastIndexOf(last) - 1
  const isGrouped = decimals === 3 && /^[1-9]\d{0,2}(?:[.,]\d{3})+$/.test(plain)
  const isSame = marks.every(mark => mark === last)
  const thousands = language === 'en' ? ',' : '.'
  if (isGrouped && isSame && (marks.length > 1 || last === thousands)) return Number(plain.replace(/[.,]/g, ''))
  // "1,299.00": the last mark divides the decimals. "5.3.2" is no number at all; its first part is read.
  if (isSame && marks.length > 1) return Number.parseFloat(plain.replace(',', '.'))
  return Number(plain.replace(/[.,](?=.*[.,])/g, '').replace(last, '.'))
}

const words = new Map(
  Object.entries({
    1: 'un une one uno una ein eine einen einem einer een',
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
    20: 'vingt twenty veinte zwanzig venti twintig',
    30: 'trente thirty treinta dreissig dreißig trenta dertig',
    40: 'quarante forty cuarenta vierzig quaranta veertig',
    50: 'cinquante fifty cincuenta funfzig cinquanta vijftig',
    60: 'soixante sixty sesenta sechzig sessanta zestig',
    90: 'ninety noventa neunzig novanta negentig',
    100: 'cent hundred cien hundert cento honderd',
  }).flatMap(([value, names]) => names.split(' ').map(name => [name, Number(value)] as const))
)

/** Returns the value of a number word; undefined for any other. Many have other meanings too ("sei", "once"), so a unit has to follow. */
export function numberWord (word: string): number | undefined {
  return words.get(fold(word.toLowerCase()))
}
