// Keeps a model's reasoning (`<think>…</think>`) out of the answer.
import { coded } from '../errors.ts'

export interface ThinkFilter {
  /**
   * Takes the next piece of text and returns what of it may be shown, possibly ''. A piece may end inside a tag.
   * Throws LLM_BROKEN when a block closes that was never opened and whose text has been shown by now.
   */
  push (piece: string): string
  /** The server sends the reasoning in a field of its own; returns text that was held back for want of knowing that. */
  reasonedApart (chars: number): string
  /** The text that is left when the answer ends. `cutShort`: it ended at the token limit, so held text is reasoning. */
  end (cutShort: boolean): string
  /** The answer showed its reasoning before the closing tag told us so: hold the next one of this model back. */
  readonly leaked: boolean
  /** Held text turned out to be the answer: no reason to hold the next one. */
  readonly heldInVain: boolean
}

const TAG = /<(\/?)think(?:ing)?>/i
const TAGS = ['<think>', '</think>', '<thinking>', '</thinking>']

/** A model that only thinks is broken: its max_tokens was ignored. Characters. */
const MAX_HIDDEN = 200_000

/**
 * Makes the filter of one answer. Some chat templates put `<think>` into the prompt, so that the answer opens inside
 * the block and only `</think>` tells. Nobody can know that beforehand without giving up streaming, so such models
 * are `held`: their text waits for the closing tag, or for the end.
 */
export function createThinkFilter (held: boolean): ThinkFilter {
  let mode: 'open' | 'hidden' | 'held' = held ? 'held' : 'open'
  let tail = ''
  let waiting = ''
  let hiddenChars = 0
  let shown = false
  let sawReasoning = false
  let leaked = false
  let heldInVain = false

  function hide (chars: number): void {
    hiddenChars += chars
    if (hiddenChars > MAX_HIDDEN) throw coded('LLM_BROKEN', undefined, new Error('the model did not stop thinking'))
  }

  function pass (text: string): string {
    if (text === '') return ''
    if (mode === 'open') {
      if (!shown) shown = text.trim() !== ''
      return text
    }
    if (mode === 'held') waiting += text
    hide(text.length)
    return ''
  }

  function turn (closing: boolean): void {
    if (!closing) {
      // After text, a held answer's `<think>` is only mentioned in the reasoning.
      if (mode === 'open' || waiting.trim() === '') mode = 'hidden'
      return
    }
    if (mode === 'open' && shown && !sawReasoning) {
      leaked = true
      throw coded('LLM_BROKEN', undefined, new Error('the model reasoned without an opening tag'))
    }
    mode = 'open'
    waiting = ''
    sawReasoning = true
  }

  return {
    push (piece) {
      if (mode === 'open' && tail === '' && !piece.includes('<')) return pass(piece)
      let rest = tail + piece
      let out = ''
      tail = ''
      for (;;) {
        const tag = TAG.exec(rest)
        if (tag === null) break
        out += pass(rest.slice(0, tag.index))
        turn(tag[1] === '/')
        rest = rest.slice(tag.index + tag[0].length)
      }
      const cut = partialTagAt(rest)
      tail = rest.slice(cut)
      return out + pass(rest.slice(0, cut))
    },
    reasonedApart (chars) {
      hide(chars)
      sawReasoning = true
      if (mode !== 'held') return ''
      mode = 'open'
      return pass(waiting)
    },
    end (cutShort) {
      if (mode === 'hidden' || (mode === 'held' && cutShort)) return ''
      heldInVain = mode === 'held'
      mode = 'open'
      return pass(waiting) + pass(tail)
    },
    get leaked () { return leaked },
    get heldInVain () { return heldInVain },
  }
}

/** Where a tag begins that the end of the text cuts, or the text's length. */
function partialTagAt (text: string): number {
  const at = text.lastIndexOf('<')
  if (at === -1) return text.length
  const start = text.slice(at).toLowerCase()
  return TAGS.some((tag) => tag.startsWith(start)) ? at : text.length
}

/** Whether a model of this name is known to open its answer inside a thinking block, when no one separates it. */
export function opensThinking (model: string): boolean {
  return /(?:^|[^a-z])(?:r1|qwq|thinking|reasoner|reasoning)(?:[^a-z]|$)/i.test(model) && !/non-?(?:thinking|reasoning)/i.test(model)
}
