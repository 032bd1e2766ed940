// Defines the pieces of a text that quantities are read from.

export interface Token {
  kind: 'number' | 'clock' | 'date' | 'word' | 'sign' | 'break'
  /** In lower case. */
  text: string
  /** Minutes since midnight of a time, the number of a date; else 0. */
  value: number
  isNegative: boolean
  /** Follows the token before it without a space. */
  isGlued: boolean
  start: number
  end: number
}
