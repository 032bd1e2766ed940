// Writes the headings and the facts of a passage as lines, alike wherever they are searched, embedded, counted, shown or cited.

/** Separates the headings of a path. */
export const headingSeparator = ' › '

/** Joins headings, the outermost first, to one line: `Delivery › Abroad`. Leaves out those that are missing or empty. */
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
