// What a check of `causerie doctor` finds.

export interface Finding {
  /** What was checked: `settings`, `disk`, `language model`. */
  check: string
  state: 'ok' | 'warning' | 'problem'
  /** What is so. */
  message: string
  /** What to do about it; absent when there is nothing to do. */
  todo?: string
}

/** The longest that one check may take, ms. */
export const checkMs = 20_000

export const ok = (check: string, message: string): Finding => ({ check, state: 'ok', message })
export const warning = (check: string, message: string, todo: string): Finding => ({ check, state: 'warning', message, todo })
export const problem = (check: string, message: string, todo: string): Finding => ({ check, state: 'problem', message, todo })
