// Writes what a field lets people choose as a line: "Size: 36, 38, 40".

export interface Choice {
  name: string
  options: string[]
  /** The attributes of the option that is being read. */
  open?: Record<string, string>
}

/** A field with more options than this, such as one of countries, says nothing about its page. */
const maxOptions = 60

/** Adds an option. One that cannot be chosen is left out, unless it says why: "40 (sold out)". So is "Please choose". */
export function addOption (choice: Choice, text: string): void {
  const { value, disabled, hidden } = choice.open ?? {}
  const option = text.replace(/\s+/g, ' ').trim()
  const isOffered = hidden === undefined && value !== '' && (disabled === undefined || /[([–—]/.test(option))
  if (option !== '' && isOffered) choice.options.push(option)
  delete choice.open
}

export function choiceText ({ name, options }: Choice): string {
  const label = name.replace(/[\s:*]+$/, '')
  if (options.length > maxOptions) return label
  return [label, options.join(', ')].filter(Boolean).join(': ')
}
