// Mends the white space of texts. Most have none to mend, and telling so takes less time than to replace nothing.

/** Matches white space that is written as one blank. */
const untidy = /[^\S ]| {2}/

/** Returns a text in one line. */
export function oneLine (text: string): string {
  return untidy.test(text) ? text.replace(/\s+/g, ' ') : text
}

/** Returns the lines of a text without white space at their ends. */
export function tidied (text: string): string {
  return (untidy.test(text) ? text.replace(/[^\S\n]+/g, ' ').replace(/ ?\n ?/g, '\n') : text).trim()
}
