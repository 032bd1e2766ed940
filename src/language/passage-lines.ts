// Writes the headings and facts of a passage as lines, in one form for search, embedding, token counts, display and citations.

/** Separates the headings of a path. */
export const headingSeparator = ' › '

/** Joins headings into one line, the outermost first: `Delivery › Abroad`. Skips those that are missing or empty. */
export function headingPath (headings: readonly (string | undefined)[]): string {
  return headings.filter(Boolean).join(headingSeparator)
}

/** Writes a fact as `Label: value`. */
export function factLine ([label, value]: readonly [label: string, value: string]): string {
  return `${label}: ${value}`
}

/** Writes facts as lines of text. */
export function factLines (facts: readonly (readonly [label: string, value: string])[]): string {
  return facts.map(factLine).join('\n')
}
