// The special tokens of chat templates, by what they mean in an answer.

/** `start`: a head follows. `role`: it is the head. `head-end`: ends a head. `end`: ends a message. `filler`: means nothing. */
export type TokenKind = 'start' | 'role' | 'head-end' | 'end' | 'filler'

const names: Record<TokenKind, string> = {
  start: 'start channel im_start start_header_id header_start start_of_role start_of_turn im_user im_assistant im_system',
  role: 'user assistant system tool observation start_of_turn_token user_token chatbot_token system_token',
  'head-end': 'message end_header_id header_end end_of_role im_sep im_middle',
  end: 'end im_end eot eot_id eom eom_id endoftext end_of_text end▁of▁sentence end_of_turn end_of_turn_token endofturn return eos /s',
  filler: 'fim_pad fim_prefix fim_middle fim_suffix pad begin_of_text startoftext begin▁of▁sentence bos bos_token',
}
const kinds = new Map(Object.entries(names).flatMap(([kind, all]) => all.split(' ').map(name => [name, kind as TokenKind])))

/** `<|…|>` of many templates, DeepSeek's `<｜…｜>`, EXAONE's `[|…|]`, Gemma's `<…_of_turn>`, and `</s>`. */
const tokenPattern =
  /<\|([a-z][a-z0-9_]{0,30})\|>|<｜([\p{L}▁_ ]{1,30})｜>|\[\|([a-z]{1,20})\|\]|<((?:start|end)_of_turn|[be]os|\/s)>/iu

/** Matches what may become a token, at the end of a text; and `<s`, which may become an element. */
export const partialToken =
  /(?:<(?:\|(?:[a-z][a-z0-9_]{0,30}\|?)?|｜(?:[\p{L}▁_ ]{1,30}｜?)?|[a-z_]{0,13}|\/s?)?|\[(?:\|(?:[a-z]{1,20}\|?)?)?)$/iu

export interface Token {
  name: string
  kind: TokenKind
  whole: string
  index: number
}

/** Finds the first known token. */
export function findToken (text: string): Token | undefined {
  for (let from = 0; ;) {
    const found = tokenPattern.exec(from === 0 ? text : text.slice(from))
    if (!found) return undefined
    const [whole, plain, wide, square, angled] = found
    const name = (plain ?? wide?.replaceAll(/[ _]/g, '▁') ?? square ?? angled!).toLowerCase()
    const kind = kinds.get(name)
    if (kind) return { name, kind, whole, index: from + found.index }
    from += found.index + whole.length
  }
}
