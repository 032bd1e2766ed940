// Masks personal data in a text before it is stored: mail addresses, accounts, phone numbers, numbers of six digits and more, names.
import { maskNames } from './mask-names.ts'

/** Characters that people put between the digits of one number, besides a comma. Line ends separate numbers. */
const between = "[ \\t\\u00a0\\u2000-\\u200f\\u202f\\u2060\\u00ad.\\-\\u2010-\\u2015/()'’·_]"
/** Six digits and more of any script, with what stands before them in a phone number. The bounds keep it linear. */
const number = new RegExp(`[+(]{0,2}\\p{Nd}(?:(?:,|${between}{0,3})\\p{Nd}){5,}`, 'gu')
/** Also with a full-width @, and as `anna (at) example.org`. */
const mail =
  /[^\s@＠﹫<>()[\]",;:]{1,128}(?:[@＠﹫]| ?[([{](?:at|@|arobase|ät)[)\]}] ?)[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}.-]{0,254}/giu

/** The same with spaces around, or in words: only where what follows is the end of an address for certain. */
const provider =
  '(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|icloud|proton|protonmail|aol|gmx|orange|wanadoo|laposte|free|sfr|t-online)'
const local = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}._%+-]| (?:dot|point|punkt|punto) ){0,80}'
const part = '[\\p{L}\\p{N}-]{1,60}'
const spacedMail = new RegExp(
  `(?<![\\p{L}\\p{N}])${local}(?:(?: ?[@＠﹫] ?| (?:arobase|arroba) )${part}(?:\\.${part}){0,3}\\.\\p{L}{2,24}|` +
  ` (?:at|ät) ${provider}(?:\\.| (?:dot|point|punkt|punto) )\\p{L}{2,24})`, 'giu'
)
/** An account: two letters, two digits, then up to thirty letters and digits, in groups or not. */
const leastAccount = { chars: 15, digits: 10 }
const iban = /(?<![\p{L}\p{N}])[a-z]{2}\d{2}(?:[ \u00a0-]?[a-z0-9]){11,30}(?![\p{L}\p{N}])/giu

/**
 * Masks the number of an account at the beginning of a text, where words that follow may look like a part of it: divided by 97
 * it leaves 1 (ISO 13616).
 */
function maskAccount (text: string): string {
  for (let end = text.length; end >= leastAccount.chars; end--) {
    if (!/^[a-z0-9]/i.test(text.slice(end - 1)) || /^[a-z0-9]/i.test(text.slice(end))) continue
    const plain = text.slice(0, end).replace(/[^a-z0-9]/gi, '').toUpperCase()
    if (plain.length < leastAccount.chars || plain.replace(/\D/g, '').length < leastAccount.digits) break
    const digits = (plain.slice(4) + plain.slice(0, 4)).replace(/[A-Z]/g, letter => String(letter.charCodeAt(0) - 55))
    if (BigInt(digits) % 97n === 1n) return `[number]${text.slice(end)}`
  }
  return text
}

/** Returns the text with `[mail]`, `[number]` and `[name]` in the place of personal data. Masking it again changes nothing. */
export function maskPersonalData (text: string): string {
  return maskNames(text.replace(mail, '[mail]').replace(spacedMail, '[mail]').replace(iban, maskAccount).replace(number, '[number]'))
}

/** Returns the masked text, of at most so many characters. */
export function maskWithin (text: string, maxChars: number): string {
  return maskPersonalData(text).slice(0, maxChars).toWellFormed()
}
