// Keeps a model's reasoning (`<think>…</think>` and the like) out of the answer.
import { coded } from '../errors.ts'
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

const tagPattern = /<\/?(?:think(?:ing)?|thought|reason(?:ing)?)>|\[\/?think\]|◁\/?think▷|<\|channel\|>/i
const channel = '<|channel|>'
const tags = ['<think>', '<thinking>', '<thought>', '<reason>', '<reasoning>', '[think]', '◁think▷']
  .flatMap(tag => [tag, `${tag.charAt(0)}/${tag.slice(1)}`]).concat(channel)
/** Means reasoning wherever it is. The other tags may be in an answer as well, about XML: they count where the answer begins. */
const sureTag = '<think>'
/**
 * Closing tags that are in hardly any text: without its opening tag, the answer has begun inside the block. One in brackets that
 * is in the middle of a line or in code is written about.
 */
const sureEnds = new Set([sureTag, '[think]', '◁think▷'])

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

  /** Returns true for a tag that is text of the answer, or of the reasoning. */
  function isText (name: string, isClosing: boolean): boolean {
    if (mode === 'hidden') return !isClosing || name !== block
    if (name === channel) return shown || heldText.trim() !== ''
    if (isClosing && sureEnds.has(name)) {
      return name !== sureTag && mode === 'open' && shown && (!place.isAtLineStart() || place.isInCode())
    }
    if (name === sureTag) return mode === 'held' && heldText.trim() !== ''
    return isClosing || shown || heldText.trim() !== ''
  }

  /** Returns what of the tag may be shown. */
  function handleTag (tag: string): string {
    const isClosing = tag.charAt(1) === '/'
    const name = tag.toLowerCase().replace('/', '').replace('<thinking>', sureTag)
    if (isText(name, isClosing)) return pass(tag)
    if (name === channel) {
      hasChannels = true
      mode = 'open'
      heldText = ''
      return pass(tag)
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
        const tag = tagPattern.exec(rest)
        if (tag === null) break
        out += pass(rest.slice(0, tag.index))
        out += handleTag(tag[0])
        rest = rest.slice(tag.index + tag[0].length)
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

/** Returns where a tag starts that the end of the text cuts off, or the text's length. */
function partialTagStart (text: string): number {
  const at = text.search(/[<[◁][^<[◁]{0,11}$/)
  if (at === -1) return text.length
  const start = text.slice(at).toLowerCase()
  return tags.some((tag) => tag.startsWith(start)) ? at : text.length
}

/** Tells whether a model of this name is known to start its answer inside a reasoning block, unless its server separates it. */
export function startsInsideReasoning (model: string): boolean {
  return /(?:^|[^a-z])(?:r1|qwq|thinking|reasoner|reasoning)(?:[^a-z]|$)/i.test(model) && !/non-?(?:thinking|reasoning)/i.test(model)
}
