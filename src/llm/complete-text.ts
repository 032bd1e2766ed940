// Has a language model write a short text: a rewritten question, a digest, a summary.
import { createDeadline, unlessAborted } from '../async/signals.ts'
import { coded } from '../errors.ts'
import { sentences } from '../language/sentences.ts'
import type { Language, Usage } from '../types.ts'
import type { ChatMessage, LanguageModel } from './model.ts'

export interface TextRequest {
  /** The company for which it is written. */
  company?: string | undefined
  messages: ChatMessage[]
  /** The question that the text is about, if there is one. */
  question?: string
  language: Language
  /** The company's own choice of model, when it has one. */
  modelName?: string | undefined
  maxTokens: number
  /** A longer text is read no further, because the model has ignored `maxTokens`. */
  maxChars: number
  timeoutMs: number
  signal: AbortSignal
}

export interface CompletedText {
  text: string
  /** `length`: cut off at `maxTokens`, or by a filter; `too_long`: at `maxChars` or a little later. */
  end: 'stop' | 'length' | 'no_answer' | 'too_long'
  /** The tokens that it took, if the server counted them. */
  usage?: Usage
}

/** Returns everything that the model writes. Throws an LLM_* error, or the signal's reason. */
export async function completeText (model: LanguageModel, request: TextRequest): Promise<CompletedText> {
  const { company = '', messages, question = '', language, modelName, maxTokens, maxChars, timeoutMs, signal } = request
  const deadline = createDeadline(timeoutMs, signal)
  try {
    let text = ''
    const ending = model.stream({
      company, messages, question, language, documentsLanguage: language, terms: [], passages: [],
      maxTokens, temperature: 0, signal: deadline.signal, ...(modelName ? { model: modelName } : {}),
    }, more => {
      text += more
      return text.length > maxChars
    })
    const { reason, usage } = await unlessAborted(ending, deadline.signal)
    if (text.length > maxChars) return { text, end: 'too_long' }
    return { text, end: reason === 'filtered' ? 'length' : reason, ...(usage ? { usage } : {}) }
  } catch (error) {
    signal.throwIfAborted()
    throw deadline.signal.aborted ? coded('LLM_TIMEOUT', undefined, error) : error
  } finally {
    deadline.clear()
  }
}

/** Drops the last sentence of a text that was cut off, which is likely half a sentence. */
export function dropCutSentence (text: string): string {
  return sentences(text).slice(0, -1).join(' ')
}
