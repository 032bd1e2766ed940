// Keeps a model's reasoning (`<think>…</think>` and the like) out of the answer.
import { coded } from '../errors.ts'
import { channel, findTag, partialTagStart, sureEnds, sureTag, type Tag } from './reasoning-tags.ts'
import { createTextPlace } from './text-place.ts'

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

/** A model that only reasons is broken: it ignored its max_tokens. Characters. */
const maxHiddenChars = 200_000

/**
 * Makes the filter of one answer. Some chat templates put `<think>` into the prompt, so that the answer starts inside
 * the block and only `</think>` reveals it. That cannot be known beforehand without giving up streaming, so such models
 * are `held`: their text waits for the closing tag, or for the end.
 */
export function createReasoningFilter (held: boolean): ReasoningFilter {
  let mode: 'open' | 'hidden' | 'held' = held ? 'held' : 'open'
  /** The tag that opened the hidden block. */
  let block = ''
  /** The tag that opened a frame around the answer. */
  let frame = ''
  let partialTag = ''
  let heldText = ''
  let hiddenChars = 0
  let shown = false
  /** The answer has channels (special-tokens.ts): tags in them are text. */
  let hasChannels = false
  const place = createTextPlace()
  let sawReasoning = false

  function hide (chars: number): void {
    hiddenChars += chars
    if (hiddenChars > maxHiddenChars) throw coded('LLM_BROKEN', undefined, new Error('the model did not stop reasoning'))
  }

  function pass (text: string): string {
    if (text === '') return ''
    if (mode === 'open') {
      if (!shown) shown = text.trim() !== ''
      if (!hasChannels) place.add(text)
      return text
    }
    if (mode === 'held') heldText += text
    hide(text.length)
    return ''
  }

  const hasText = () => shown || heldText.trim() !== ''

  /** Returns true for a tag that is text of the answer, or of the reasoning. */
  function isText ({ name, kind, isClosing }: Tag): boolean {
    if (mode === 'hidden') return !isClosing || name !== block
    if (name === channel) return hasText()
    if (kind === 'call') return mode === 'held' || (shown && (!place.isAtLineStart() || place.isInCode()))
    if (kind === 'frame') return isClosing ? name !== frame : hasText()
    if (isClosing && sureEnds.has(name)) {
      return name !== sureTag && mode === 'open' && shown && (!place.isAtLineStart() || place.isInCode())
    }
    if (name === sureTag) return mode === 'held' && heldText.trim() !== ''
    return isClosing || hasText()
  }

  /** Returns what of the tag may be shown. */
  function handleTag (tag: Tag): string {
    const { name, kind, isClosing } = tag
    if (isText(tag)) return pass(tag.text)
    if (kind === 'call') throw coded('LLM_BROKEN', undefined, new Error('a call of a tool instead of an answer'))
    if (kind === 'frame') {
      frame = isClosing ? '' : name
      mode = 'open'
      return ''
    }
    if (name === channel) {
      hasChannels = true
      mode = 'open'
      heldText = ''
      return pass(tag.text)
    }
    if (!isClosing) {
      block = name
      mode = 'hidden'
      return ''
    }
    if (mode === 'open' && shown && !sawReasoning) {
      filter.leaked = true
      throw coded('LLM_BROKEN', undefined, new Error('the model reasoned without an opening tag'))
    }
    mode = 'open'
    heldText = ''
    sawReasoning = true
    return ''
  }

  const filter = {
    leaked: false,
    heldNeedlessly: false,
    push (text: string) {
      if (hasChannels || (mode === 'open' && partialTag === '' && !/[<[◁]/.test(text))) return pass(text)
      let rest = partialTag + text
      let out = ''
      partialTag = ''
      for (;;) {
        const tag = findTag(rest)
        if (!tag) break
        out += pass(rest.slice(0, tag.index))
        out += handleTag(tag)
        rest = rest.slice(tag.index + tag.text.length)
        if (hasChannels) return out + pass(rest)
      }
      const end = partialTagStart(rest)
      partialTag = rest.slice(end)
      return out + pass(rest.slice(0, end))
    },
    skipReasoning (chars: number) {
      hide(chars)
      sawReasoning = true
      if (mode !== 'held') return ''
      mode = 'open'
      return pass(heldText)
    },
    end (cutShort: boolean) {
      if (mode === 'hidden' || (mode === 'held' && cutShort)) return ''
      filter.heldNeedlessly = mode === 'held'
      mode = 'open'
      return pass(heldText) + pass(partialTag)
    },
  }
  return filter
}

/** Tells whether a model of this name is known to start its answer inside a reasoning block, unless its server separates it. */
export function startsInsideReasoning (model: string): boolean {
  return /(?:^|[^a-z])(?:r1|qwq|thinking|reasoner|reasoning)(?:[^a-z]|$)/i.test(model) && !/non-?(?:thinking|reasoning)/i.test(model)
}
