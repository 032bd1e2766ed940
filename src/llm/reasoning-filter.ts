// Keeps a model's reasoning (`<think>…</think>`) out of the answer.
import { coded } from '../errors.ts'

export interface ReasoningFilter {
  /**
   * Takes the next text and returns the part that may be shown, possibly ''. The text may end inside a tag.
   * Throws LLM_BROKEN when a block closes that was never opened and whose text has already been shown.
   */
  push (text: string): string
  /** Counts reasoning that arrives in a field of its own; returns text that was held back before that was known. */
  skipReasoning (chars: number): string
  /** Returns the remaining text when the answer ends. `cutShort`: it ended at the token limit, so held text is reasoning. */
  end (cutShort: boolean): string
  /** The answer showed its reasoning before the closing tag revealed it: hold the next answer of this model back. */
  readonly leaked: boolean
  /** Held text turned out to be the answer: do not hold the next one. */
  readonly heldNeedlessly: boolean
}

const tagPattern = /<(\/?)think(?:ing)?>/i
const tags = ['<think>', '</think>', '<thinking>', '</thinking>']

/** A model that only reasons is broken: it ignored its max_tokens. Characters. */
const maxHiddenChars = 200_000

/**
 * Makes the filter of one answer. Some chat templates put `<think>` into the prompt, so that the answer starts inside
 * the block and only `</think>` reveals it. That cannot be known beforehand without giving up streaming, so such models
 * are `held`: their text waits for the closing tag, or for the end.
 */
export function createReasoningFilter (held: boolean): ReasoningFilter {
  let mode: 'open' | 'hidden' | 'held' = held ? 'held' : 'open'
  let partialTag = ''
  let heldText = ''
  let hiddenChars = 0
  let shown = false
  let sawReasoning = false
  let leaked = false
  let heldNeedlessly = false

  function hide (chars: number): void {
    hiddenChars += chars
    if (hiddenChars > maxHiddenChars) throw coded('LLM_BROKEN', undefined, new Error('the model did not stop reasoning'))
  }

  function pass (text: string): string {
    if (text === '') return ''
    if (mode === 'open') {
      if (!shown) shown = text.trim() !== ''
      return text
    }
    if (mode === 'held') heldText += text
    hide(text.length)
    return ''
  }

  function handleTag (isClosing: boolean): void {
    if (!isClosing) {
      // After text, a held answer's `<think>` is only mentioned in the reasoning.
      if (mode === 'open' || heldText.trim() === '') mode = 'hidden'
      return
    }
    if (mode === 'open' && shown && !sawReasoning) {
      leaked = true
      throw coded('LLM_BROKEN', undefined, new Error('the model reasoned without an opening tag'))
    }
    mode = 'open'
    heldText = ''
    sawReasoning = true
  }

  return {
    push (text) {
      if (mode === 'open' && partialTag === '' && !text.includes('<')) return pass(text)
      let rest = partialTag + text
      let out = ''
      partialTag = ''
      for (;;) {
        const tag = tagPattern.exec(rest)
        if (tag === null) break
        out += pass(rest.slice(0, tag.index))
        handleTag(tag[1] === '/')
        rest = rest.slice(tag.index + tag[0].length)
      }
      const end = partialTagStart(rest)
      partialTag = rest.slice(end)
      return out + pass(rest.slice(0, end))
    },
    skipReasoning (chars) {
      hide(chars)
      sawReasoning = true
      if (mode !== 'held') return ''
      mode = 'open'
      return pass(heldText)
    },
    end (cutShort) {
      if (mode === 'hidden' || (mode === 'held' && cutShort)) return ''
      heldNeedlessly = mode === 'held'
      mode = 'open'
      return pass(heldText) + pass(partialTag)
    },
    get leaked () { return leaked },
    get heldNeedlessly () { return heldNeedlessly },
  }
}

/** Returns where a tag starts that the end of the text cuts off, or the text's length. */
function partialTagStart (text: string): number {
  const at = text.lastIndexOf('<')
  if (at === -1) return text.length
  const start = text.slice(at).toLowerCase()
  return tags.some((tag) => tag.startsWith(start)) ? at : text.length
}

/** Tells whether a model of this name is known to start its answer inside a reasoning block, unless its server separates it. */
export function startsInsideReasoning (model: string): boolean {
  return /(?:^|[^a-z])(?:r1|qwq|thinking|reasoner|reasoning)(?:[^a-z]|$)/i.test(model) && !/non-?(?:thinking|reasoning)/i.test(model)
}
