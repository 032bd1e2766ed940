// The thread that makes summaries: choosing sentences takes up to a second, and reading the tokenizer takes time too.
import { readFile } from 'node:fs/promises'
import { createTokenCounter, estimateTokens } from '../language/token-count.ts'
import { sentences } from '../language/sentences.ts'
import { summarize, type SummaryChunk } from './summary.ts'

/** @param tokenizer path of the `tokenizer.json` for counting tokens; without a good one they are estimated */
interface Job { maxTokens: number, tokenizer: string }

export interface Fitted { summary: string, tokens: number }

export async function extract ({ chunks, maxTokens, tokenizer }: Job & { chunks: SummaryChunk[] }): Promise<Fitted> {
  const count = await counterOf(tokenizer)
  const summary = summarize(chunks, { maxTokens, count })
  return { summary, tokens: count(summary) }
}

/** Drops the last sentences of a text until it fits. */
export async function fit ({ text, maxTokens, tokenizer }: Job & { text: string }): Promise<Fitted> {
  const count = await counterOf(tokenizer)
  let summary = text
  const whole = sentences(text)
  while (count(summary) > maxTokens) {
    whole.pop()
    summary = whole.join(' ')
  }
  return { summary, tokens: count(summary) }
}

async function counterOf (tokenizer: string): Promise<(text: string) => number> {
  try {
    return createTokenCounter(JSON.parse(await readFile(tokenizer, 'utf8'))).count
  } catch {
    return estimateTokens
  }
}
