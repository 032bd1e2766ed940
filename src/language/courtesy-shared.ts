// Says what is listed of the words of courtesy in a language, and lists those that many languages share.
import type { CourtesyKind } from '../types.ts'

/** Praise is acknowledged like anything else, but only where no question mark makes it a question: "Super?" */
export type CourtesyWordKind = CourtesyKind | 'praise'

/**
 * Words and phrases, separated by commas; `{a/b}` means either, `{a/}` means a or nothing. Accents and case do not matter.
 * A phrase that could also ask for something in a company's documents does not belong here.
 */
export interface CourtesyWords extends Record<CourtesyWordKind, string> {
  /** Reasons for thanks, and the words around them. They count only beside a word of thanks. */
  favours: string
  /** What a judgement is about: "you are". Behind it, words of `blame` make a complaint, and words of praise count. */
  subjects: string
  /** Words that judge behind a subject only: alone "bad" and "rubbish" may be a topic. */
  blame: string
  /** Forms of address, intensifiers, conjunctions. They say nothing on their own. */
  fillers: string
}

/** Words that many languages borrow from each other. */
export const shared = {
  greeting: 'hello, hi, hey, hiya, yo, 你好, 您好, 大家好, 早上好, 下午好, 晚上好, こんにちは, こんばんは, おはよう, おはようございます, 안녕하세요, 안녕',
  thanks:
    'thanks, thx, tnx, 谢谢, 謝謝, 谢谢你, 谢谢您, 多谢, 非常感谢, ありがとう, ありがとうございます, ありがとうございました, 감사합니다, 고마워요, 고맙습니다',
  goodbye: 'bye, bye bye, 再见, 再見, 拜拜, さようなら, 안녕히 계세요, 안녕히 가세요',
  acknowledgement: 'ok, okay, okey, oki, k, sorry, pardon, lol, hm, hmm, ah, oh, aha',
  praise: 'super, top, cool, wow, bravo',
}
