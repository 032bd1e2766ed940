// Masks personal data in a text before it is stored: mail addresses, phone numbers, numbers of six digits and more, and names.
import { maskNames } from './mask-names.ts'

/** Characters that people put between the digits of one number, besides a comma. Line ends separate numbers. */
const between = "[ \\t\\u00a0\\u2000-\\u200f\\u202f\\u2060\\u00ad.\\-\\u2010-\\u2015/()'’·_]"
/** Six digits and more of any script, with what stands before them in a phone number. The bounds keep it linear. */
const number = new RegExp(`[+(]{0,2}\\p{Nd}(?:(?:,|${between}{0,3})\\p{Nd}){5,}`, 'gu')
/** Also with a full-width @, and as `anna (at) example.org`. */
const mail =
  /[^\s@＠﹫<>()[\]",;:]{1,128}(?:[@＠﹫]| ?[([{](?:at|@|arobase|ät)[)\]}] ?)[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}.-]{0,254}/giu

/** Returns the text with `[mail]`, `[number]` and `[name]` in the place of personal data. Masking it again changes nothing. */
export function maskPersonalData (text: string): string {
  return maskNames(text.replace(mail, '[mail]').replace(number, '[number]'))
}
