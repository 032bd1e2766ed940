// Makes text from outside safe for a prompt, so that it is read as text and nothing else.
import { disarmMarks } from '../language/citation-marks.ts'
import { onceForText } from '../language/once-for-text.ts'
import { noAnswerPattern } from './no-answer.ts'

/** Invisible characters, which hide text from people or split a word in a search. Joiners stay: scripts and emoji need them. */
const invisible = /[[\p{Cc}\p{Cf}\u{e0100}-\u{e01ef}]--[\n\r\t\u200c-\u200d\u0600-\u0605\u06dd\u08e2]]/gv

/** Matches anything that may open a tag, even as an entity or a look-alike, and the word that follows. */
const tag =
  /(?:[<＜﹤‹〈⟨❮]|&(?:lt|#0*60|#x0*3c);?)(?=[\s\u200c-\u200d]{0,8}[/／∕⁄\\]{0,2}[\s\u200c-\u200d]{0,8}([\p{L}\p{M}\u200c-\u200d]{4,40}))/giu

/** The names of the fences around data in our prompts (messages.ts, summarize-turns.ts). */
const fence = /^(?:passage|page|earlier|conversation|turn)/

/** Cyrillic and Greek letters that look like those of the fences' names. */
const lookAlikes: Record<string, string> = {
  а: 'a',
  α: 'a',
  ɑ: 'a',
  е: 'e',
  і: 'i',
  ι: 'i',
  ɩ: 'i',
  ӏ: 'l',
  р: 'p',
  ρ: 'p',
  г: 'r',
  ѕ: 's',
  ɡ: 'g',
}

/**
 * Matches the tokens that end a turn or a role in chat templates; servers may read them inside a message. `<|im_start|>` etc.,
 * DeepSeek's `<｜User｜>`, EXAONE's `[|user|]`, Llama 2's and Mistral's `[INST]` and `<<SYS>>`, Gemma's `<start_of_turn>`.
 */
const special = new RegExp([
  '<(?=[|｜])',
  '\\[(?=\\|)',
  '<(?=</?SYS>)',
  '<(?=/?(?:s|bos|eos|pad|unk|sop|eop|think|thinking|tool_calls?|tool_response|start_of_turn|end_of_turn|extra_id_\\d+|reserved_\\d+)>)',
  '\\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|THINK|gMASK)\\])',
].join('|'), 'gi')

/** Cleans a person's text: no fences, no special tokens, no marker of ours, nothing invisible; else unchanged. Never longer. */
export function quoteSaid (text: string): string {
  return text.toWellFormed()
    .replace(invisible, '')
    .replace(tag, (bracket, word: string) => fence.test(skeleton(word)) ? '(' : bracket)
    .replace(special, '(')
    .replace(noAnswerPattern, '$1 $2')
}

/** Cleans the text of a document or page in the same way, and its own `[2]` is no citation. */
export const quoteData = onceForText(text => disarmMarks(quoteSaid(text)), { maxChars: 250_000 })

/** Returns a word as it looks: in small plain letters. */
function skeleton (word: string): string {
  return word
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\u200c-\u200d]/gu, '')
    .replace(/[^a-z]/gu, letter => lookAlikes[letter] ?? letter)
}
