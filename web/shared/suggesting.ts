// Questions that fit what is being typed: asked for when the typing pauses, chosen with the arrow keys.

/** What is shown: the suggestions, and the number of the chosen one; -1 = none. */
export interface Suggested { list: readonly string[], chosen: number }

export interface Suggesting {
  /** Takes what the field holds now. */
  type (text: string): void
  /** Closes the list; what is still on its way is ignored. */
  close (): void
  /**
   * Handles a key of the field.
   * @returns true when it was meant for the list; a string when that question was chosen
   */
  key (event: { key: string, isComposing: boolean, shiftKey: boolean }): boolean | string
}

const minChars = 2
/** A longer text is no longer the beginning of a common question. */
const maxChars = 120
const maxKept = 100

/**
 * @param find returns the suggestions for a text; where it fails, there are none
 * @param show called when what is shown changes
 * @param pauseMs how long the typing pauses before suggestions are asked for
 */
export function createSuggesting (
  find: (text: string) => Promise<string[]>, show: (shown: Suggested) => void, pauseMs = 300
): Suggesting {
  const kept = new Map<string, string[]>()
  let shown: Suggested = { list: [], chosen: -1 }
  let wanted = ''
  let timer: ReturnType<typeof setTimeout> | undefined

  function change (list: readonly string[], chosen = -1): void {
    if (list.length === 0 && shown.list.length === 0) return
    shown = { list, chosen }
    show(shown)
  }

  async function look (text: string): Promise<void> {
    const known = kept.get(text) ?? await find(text).catch(() => null)
    if (!known) return
    kept.set(text, known)
    if (kept.size > maxKept) kept.delete(kept.keys().next().value!)
    // What was typed in the meantime counts.
    if (text !== wanted) return
    const list = known.filter(suggestion => suggestion !== text)
    // Who has gone to a question in the list before keeps it.
    change(list, list.indexOf(shown.list[shown.chosen] ?? ''))
  }

  function close (): void {
    clearTimeout(timer)
    wanted = ''
    change([])
  }

  return {
    type (typed) {
      const text = typed.trim().replace(/\s+/g, ' ')
      if (text === wanted) return
      clearTimeout(timer)
      if (text.length < minChars || text.length > maxChars || typed.trim().includes('\n')) return close()
      wanted = text
      if (kept.has(text)) look(text)
      else timer = setTimeout(look, pauseMs, text)
    },
    close,
    key ({ key, isComposing, shiftKey }) {
      const { list, chosen } = shown
      if (list.length === 0 || isComposing) return false
      if (key === 'ArrowDown') change(list, chosen + 1 === list.length ? -1 : chosen + 1)
      else if (key === 'ArrowUp') change(list, chosen < 0 ? list.length - 1 : chosen - 1)
      else if (key === 'Escape') close()
      else if (key === 'Enter' && !shiftKey && chosen >= 0) {
        close()
        return list[chosen]!
      } else return false
      return true
    },
  }
}
