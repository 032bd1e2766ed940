// Maps the reasons with which servers end an answer.

/** `filtered`: cut short by a filter. `broken`: the server gave up, or wants something other than an answer. */
export type StopKind = 'stop' | 'length' | 'filtered' | 'broken'

const kinds: [StopKind, RegExp][] = [
  ['length', /length|max_?(output_?)?tokens|context_window/],
  ['filtered', /content_filter|safety|sensitive|recitation|blocklist|prohibited|spii|refusal|guardrail/],
  ['broken', /error|abort|cancel|insufficient|interrupt|malformed|timeout|unspecified|tool|function|pause/],
]

/** Tells whether it is a reason at all: some servers write "null" with each token. */
export function isReason (reason: string): boolean {
  return !/^\s*(?:null|none|undefined)?\s*$/i.test(reason)
}

/** Returns the meaning of a reason. Servers write `STOP`, `eos`, `end_turn`: an unknown reason counts as a stop. */
export function kindOfStop (reason: string): StopKind {
  const written = reason.toLowerCase()
  return kinds.find(([, pattern]) => pattern.test(written))?.[0] ?? 'stop'
}
