// The tags between which models write their reasoning, their answer or the call of a tool, as text.

export const channel = '<|channel|>'
/** Means reasoning wherever it is. The other tags may be in an answer as well, about XML: they count where the answer begins. */
export const sureTag = '<think>'
/**
 * Closing tags that are in hardly any text: without its opening tag, the answer has begun inside the block. One in brackets that
 * is in the middle of a line or in code is written about.
 */
export const sureEnds = new Set([sureTag, '[think]', '◁think▷'])

/** `block`: reasoning. `frame`: around the whole answer. `call`: of a tool, though there is none. */
type TagKind = 'block' | 'frame' | 'call'

export interface Tag {
  /** The opening tag of its pair, in small letters. */
  name: string
  kind: TagKind
  isClosing: boolean
  /** As it is written. */
  text: string
  index: number
}

const elements = (names: string): [string, string][] => names.split(' ').map(name => [`<${name}>`, `</${name}>`])

const pairs: Record<TagKind, [open: string, close?: string][]> = {
  block: [
    ...elements('think thinking thought reason reasoning analysis scratchpad reflection seed:think antthinking'),
    ['[think]', '[/think]'], ['◁think▷', '◁/think▷'], ['<|begin_of_thought|>', '<|end_of_thought|>'],
    ['<|start_thinking|>', '<|end_thinking|>'], ['<|inner_prefix|>', '<|inner_suffix|>'], ['<|channel>', '<channel|>'], [channel],
  ],
  frame: [
    ...elements('answer response final final_answer output solution'), ['<|begin_of_solution|>', '<|end_of_solution|>'],
    ['<|start_response|>', '<|end_response|>'], ['<|start_text|>', '<|end_text|>'], ['[/inst]'],
  ],
  call: [['<tool_call>'], ['<function_call>'], ['[tool_calls]'], ['<|python_tag|>'], ['<|tool_call|>'], ['<｜tool▁calls▁begin｜>']],
}

const tags = new Map<string, Pick<Tag, 'name' | 'kind' | 'isClosing'>>()
for (const [kind, all] of Object.entries(pairs) as [TagKind, [string, string?][]][]) {
  for (const [open, close] of all) {
    const name = open === '<thinking>' ? sureTag : open
    tags.set(open, { name, kind, isClosing: false })
    if (close !== undefined) tags.set(close, { name, kind, isClosing: true })
  }
}

const tagPattern = new RegExp([...tags.keys()].map(tag => tag.replace(/[[\]|/]/g, '\\$&')).join('|'), 'i')
const longest = Math.max(...[...tags.keys()].map(tag => tag.length))
const lastStart = new RegExp(`[<[◁][^<[◁]{0,${longest - 2}}$`)

/** Finds the first tag. */
export function findTag (text: string): Tag | undefined {
  const found = tagPattern.exec(text)
  return found ? { ...tags.get(found[0].toLowerCase())!, text: found[0], index: found.index } : undefined
}

/** Returns where a tag starts that the end of the text cuts off, or the text's length. */
export function partialTagStart (text: string): number {
  const at = text.search(lastStart)
  if (at === -1) return text.length
  const start = text.slice(at).toLowerCase()
  return [...tags.keys()].some(tag => tag.startsWith(start)) ? at : text.length
}
