// Reads lists that people type into one field.

/** Returns what stands between commas. */
export const namesIn = (text: string) => partsOf(text, ',')

/** Returns the lines that say something. */
export const linesIn = (text: string) => partsOf(text, '\n')

function partsOf (text: string, mark: string): string[] {
  return text.split(mark).map(part => part.trim()).filter(part => part !== '')
}
