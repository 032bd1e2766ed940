// Keeps the special tokens of a model out of its answer: servers with the wrong chat template send them as text.
import { findToken, partialToken, type Token } from './special-token-names.ts'
import { createTextPlace } from './text-place.ts'

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
  /** True after a token that ends the answer, unless text follows on its line: what follows is a turn that the model makes up. */
  isOver (): boolean
  /** True when the model has begun to make up such a turn: there is nothing to wait for. */
  goesOn (): boolean
}

/** What gpt-oss may think about other tokens ends no channel. */
const harmony = new Set(['start', 'channel', 'end', 'return'])
const longestHead = 100
const role = '(?:system|user|assistant|model|tool|developer)'
/** The head of a message, as far as it is written after the token that begins it. */
const lineHead = new RegExp(`^${role}[ \\t]*\\r?\\n`, 'i')
const tokenHead = /^([^\n]{0,100}?)<\|(?:message|end_header_id|header_end|end_of_role|im_sep|im_middle)\|>/i
const bareHead = new RegExp(`^(?:${role}|analysis|commentary|final)?\\s*$`, 'i')
/** The head of a turn that is cut off. */
const lastRole = new RegExp(`^${role}\\s*$`, 'i')
const hiddenChannel = /(?:^|<\|channel\|>)\s*(?:analysis|commentary)/i
/** What follows the end of an answer when the model makes up a turn. */
const madeUp = new RegExp(`^(?:\\r?\\n|${role}[ \\t]*(?:\\r?\\n|:)|(?:<s>)?[ \\t]*\\[INST\\])`, 'i')
const mayBeMadeUp = /^(?:\r|[a-z]{1,9}[ \t]*\r?|(?:<|<s|<s>[ \t]*)?(?:\[[inst]{0,4})?)$/i
const mayBeHead = /^[a-z]{1,10}[ \t]*\r?$/i
const madeUpHead = new RegExp(`^(?:${role}|analysis|commentary|final)[ \\t]*(?:\\r?\\n|:|<)`, 'i')

/**
 * Makes the filter of one answer, which knows the channels of gpt-oss: `final` alone is the answer. A token that an answer
 * writes about stays: in code, in the middle of a line, in an open sentence. An answer with a stray token is better than half of one.
 * @param isJson the answer is JSON: once it has begun, only a token behind its end is one
 */
export function createSpecialTokenFilter (isJson = false): SpecialTokenFilter {
  let mode: 'text' | 'thoughts' | 'over' = 'text'
  let waiting = ''
  let isShown = false
  let isEnding = false
  let goesOn = false
  /** Elements `<s>` that the answer has opened and not closed. */
  let opened = 0
  const place = createTextPlace()
  let out: Readable = { text: '', thoughts: 0 }

  function pass (text: string): void {
    if (text === '') return
    if (mode === 'thoughts') out.thoughts += text.length
    else {
      isShown ||= text.trim() !== ''
      if (text.includes('<')) opened += text.match(/<s[\s>]/gi)?.length ?? 0
      place.add(text)
      out.text += text
    }
  }

  /** Returns how many characters behind the token are its head, or undefined if more must come first. */
  function headLength (after: string, isAll: boolean): number | undefined {
    const line = lineHead.exec(after)
    if (line) {
      mode = 'text'
      return line[0].length
    }
    const head = tokenHead.exec(after)
    if (head) {
      mode = hiddenChannel.test(head[1]!) ? 'thoughts' : 'text'
      return head[0].length
    }
    if (isAll) return bareHead.test(after) ? after.length : 0
    return after.length > longestHead + 20 || after.includes('\n') ? 0 : undefined
  }

  /** Tells whether the token belongs to the answer; undefined if more must come first. Something has been shown. */
  function isText ({ kind, name }: Token, after: string, isAll: boolean): boolean | undefined {
    if (name === '/s' && opened > 0) {
      opened--
      return true
    }
    if (isJson ? !place.isAfterBracket() : place.isInCode()) return true
    if (!isJson && place.isInSentence()) return kind === 'end' ? goesOnAfter(after, isAll) : true
    if (kind === 'filler' || kind === 'head-end') return false
    if (after === '' && kind !== 'end') return isAll ? false : undefined
    if (kind === 'role') return /^[ \t]/.test(after)
    if (kind === 'start') {
      if (madeUpHead.test(after)) return false
      if (isAll) return !bareHead.test(after)
      return mayBeHead.test(after) ? undefined : true
    }
    const rest = after.replace(/^[ \t]+/, '')
    if (rest === '') return mayEnd(isAll)
    if (place.isInOpenLine()) {
      const next = rest.trimStart()
      if (next === '') return mayEnd(isAll)
      // A sentence goes on in small letters, also where the token stands on a line of its own.
      if (/^\p{Ll}/u.test(next) && !madeUpHead.test(next)) return isAll ? !lastRole.test(next) : mayBeHead.test(next) ? undefined : true
    }
    if (isAll && lastRole.test(rest)) return false
    if (madeUp.test(rest)) return false
    const next = findToken(rest)
    if (next?.index === 0 && next.kind !== 'filler') return false
    if (isAll) return true
    return partialToken.exec(rest)?.index === 0 || mayBeMadeUp.test(rest) ? undefined : true
  }

  /** Returns false when nothing comes behind an end token; otherwise undefined: more may come, and nothing is missing without it. */
  function mayEnd (isAll: boolean): false | undefined {
    isEnding = true
    return isAll ? false : undefined
  }

  /**
   * Tells whether an answer goes on behind an end token in an open sentence: not where there is nothing, or another turn;
   * undefined if more must come. A full stop may be missing, and "</s>" may be what the sentence is about.
   */
  function goesOnAfter (after: string, isAll: boolean): boolean | undefined {
    let rest = after.trimStart()
    let token = findToken(rest)
    while (token?.index === 0 && token.kind === 'end') {
      rest = rest.slice(token.whole.length).trimStart()
      token = findToken(rest)
    }
    if (rest === '') return mayEnd(isAll)
    if (lineHead.test(after) || /^(?:<s>\s*)?\[INST\]/i.test(rest) || (isAll && lastRole.test(rest))) return false
    if (token?.index === 0) {
      const behind = rest.slice(token.whole.length)
      if (token.kind === 'role') return behind === '' && !isAll ? undefined : !/^\s*(?:\n|$)/.test(behind)
      if (token.kind !== 'start' || madeUpHead.test(behind)) return token.kind !== 'start'
      return !isAll && (behind === '' || mayBeHead.test(behind)) ? undefined : true
    }
    return !isAll && (partialToken.exec(rest)?.index === 0 || mayBeMadeUp.test(rest)) ? undefined : true
  }

  function run (isAll: boolean): void {
    isEnding = false
    while (mode !== 'over') {
      const token = findToken(waiting)
      if (!token) {
        const at = isAll ? -1 : waiting.search(partialToken)
        const rest = at < 0 ? '' : waiting.slice(at)
        pass(at < 0 ? waiting : waiting.slice(0, at))
        waiting = rest
        return
      }
      const { index, whole, kind, name } = token
      pass(waiting.slice(0, index))
      waiting = waiting.slice(index)
      const after = waiting.slice(whole.length)
      if (isShown) {
        const isAnswer = isText(token, after, isAll)
        if (isAnswer === undefined) return
        if (isAnswer) pass(whole)
        else if (kind !== 'filler' && kind !== 'head-end') mode = 'over'
        waiting = after
      } else {
        const counts = mode === 'text' || harmony.has(name)
        const head = kind === 'start' && counts ? headLength(after, isAll) : 0
        if (head === undefined) return
        if (kind === 'end' && counts) mode = 'text'
        waiting = after.slice(head)
      }
    }
    if (!goesOn) readOn()
  }

  /** Tells whether there is more behind the end than blanks and further ends. */
  function readOn (): void {
    for (let token = findToken(waiting); token; token = findToken(waiting)) {
      waiting = waiting.slice(0, token.index) + waiting.slice(token.index + token.whole.length)
    }
    const partial = waiting.search(partialToken)
    goesOn = (partial < 0 ? waiting : waiting.slice(0, partial)).trim() !== ''
    waiting = partial < 0 ? '' : waiting.slice(partial)
  }

  function take (isAll: boolean): Readable {
    run(isAll)
    const taken = out
    out = { text: '', thoughts: 0 }
    return taken
  }

  return {
    push (given) {
      waiting += given
      return take(false)
    },
    end: () => take(true),
    isOver: () => mode === 'over' || isEnding,
    goesOn: () => goesOn,
  }
}
