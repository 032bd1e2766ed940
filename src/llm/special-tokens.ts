// Keeps the special tokens of a model out of its answer: servers with the wrong chat template send them as text.

export interface Readable {
  /** The part that may be shown, possibly ''. */
  text: string
  /** How many characters of reasoning were left out. */
  thoughts: number
}

export interface SpecialTokenFilter {
  /** Takes the next text, which may end inside a token. */
  push (text: string): Readable
  /** Returns the rest when the answer ends. */
  end (): Readable
  /** True after a token that ends the answer: what follows it is a turn that the model makes up. */
  isOver (): boolean
}

const token = /<\|([a-z][a-z0-9_]{0,30})\|>|<｜([\p{L}▁ ]{1,30})｜>|<((?:start|end)_of_turn|\/s)>/u
const partialToken = /<(?:\|(?:[a-z][a-z0-9_]{0,30}\|?)?|｜(?:[\p{L}▁ ]{1,30}｜?)?|[a-z_]{0,13}|\/s?)?$/u
/** Begin a message: its role, or its channel, follows. */
const begins = new Set(['start', 'channel', 'im_start', 'start_header_id', 'start_of_turn', 'user', 'assistant', 'system'])
/** The role stands on the rest of the line. */
const beginsLine = new Set(['im_start', 'start_of_turn'])
/** End the head of a message. */
const endsHead = new Set(['message', 'end_header_id'])
const ends = /^(?:end|im_end|eot_id|eom_id|end_?of_?text|end▁of▁sentence|end_of_turn|return|eos|\/s)$/
const longestHead = 100

/**
 * Makes the filter of one answer. It knows `<|…|>` of many templates, with the channels of gpt-oss, of which `final` alone is the
 * answer; the tokens of Gemma and DeepSeek; and `</s>`, unless the answer has opened such an element itself.
 */
export function createSpecialTokenFilter (): SpecialTokenFilter {
  let mode: 'text' | 'head' | 'thoughts' | 'over' = 'text'
  let head = ''
  let headEndsWithLine = false
  let partial = ''
  let isShown = false
  let hasOpened = false

  function pass (text: string): Readable {
    if (mode === 'over' || text === '') return { text: '', thoughts: 0 }
    if (mode === 'thoughts') return { text: '', thoughts: text.length }
    if (mode === 'text') {
      isShown ||= text.trim() !== ''
      hasOpened ||= text.includes('<s>')
      return { text, thoughts: 0 }
    }
    head += text
    const lineEnd = headEndsWithLine ? head.slice(0, longestHead).indexOf('\n') : -1
    if (lineEnd < 0) return head.length < longestHead ? { text: '', thoughts: 0 } : passHead()
    const rest = head.slice(lineEnd + 1)
    closeHead()
    return pass(rest)
  }

  /** Without its end it was no head. */
  function passHead (): Readable {
    const rest = head
    mode = 'text'
    head = ''
    return pass(rest)
  }

  function closeHead (): void {
    mode = /^\s*(?:analysis|commentary)/.test(head) ? 'thoughts' : 'text'
    head = ''
  }

  function handle (name: string): void {
    if (mode === 'over') return
    if (begins.has(name)) {
      if (isShown) mode = 'over'
      else {
        mode = name === 'user' || name === 'assistant' || name === 'system' ? 'text' : 'head'
        head = ''
        headEndsWithLine = beginsLine.has(name)
      }
    } else if (endsHead.has(name)) {
      if (mode === 'head') closeHead()
    } else if (ends.test(name)) mode = isShown ? 'over' : 'text'
  }

  function push (given: string): Readable {
    if (mode === 'text' && partial === '' && !given.includes('<')) return pass(given)
    let rest = partial + given
    let text = ''
    let thoughts = 0
    const add = (more: Readable) => {
      text += more.text
      thoughts += more.thoughts
    }
    for (;;) {
      const found = token.exec(rest)
      if (found === null) break
      add(pass(rest.slice(0, found.index)))
      const [whole, plain, wide, angled] = found
      const name = plain ?? wide?.replaceAll(' ', '▁') ?? angled!
      if (name === '/s' && hasOpened) add(pass(whole))
      else handle(name)
      rest = rest.slice(found.index + whole.length)
    }
    const at = rest.search(partialToken)
    partial = at < 0 ? '' : rest.slice(at)
    add(pass(at < 0 ? rest : rest.slice(0, at)))
    return { text, thoughts }
  }

  return {
    push,
    end () {
      const rest = partial
      partial = ''
      const last = pass(rest)
      return mode === 'head' ? passHead() : last
    },
    isOver: () => mode === 'over',
  }
}
