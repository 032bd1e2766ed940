// Turns texts into a model's inputs, with the lean unigram tokenizer where it fits, else with the library's.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AutoTokenizer, Tensor } from '@huggingface/transformers'
import { createUnigramTokenizer } from '../language/unigram/tokenizer.ts'
import type { UnigramTokenizer } from '../language/unigram/tokenizer.ts'

export interface ModelInputs {
  input_ids: Tensor
  /** 1 for a token, 0 for padding. */
  attention_mask: Tensor
}

export interface TextEncoder {
  /** Encodes a batch; each text is cut at `maxTokens`, the special ones included. */
  encode (texts: string[], maxTokens: number): ModelInputs
  /** Counts the tokens of a text, without the special ones. */
  count (text: string): number
}

/** Creates the encoder of a model whose files are on disk. The library must be set to find it there. */
export async function createTextEncoder (modelsDir: string, repository: string): Promise<TextEncoder> {
  const unigram = createUnigramTokenizer(await readFile(join(modelsDir, repository, 'tokenizer.json')))
  if (unigram) return unigramEncoder(unigram)
  const tokenizer = await AutoTokenizer.from_pretrained(repository)
  return {
    encode: (texts, maxTokens) => tokenizer(texts, { padding: true, truncation: true, max_length: maxTokens }) as ModelInputs,
    count: (text) => tokenizer.encode(text, { add_special_tokens: false }).length
  }
}

function unigramEncoder (tokenizer: UnigramTokenizer): TextEncoder {
  return {
    encode (texts, maxTokens) {
      const lists = texts.map((text) => tokenizer.encode(text, maxTokens))
      const length = Math.max(...lists.map((list) => list.length))
      const ids = new BigInt64Array(texts.length * length).fill(BigInt(tokenizer.padding))
      const mask = new BigInt64Array(texts.length * length)
      for (const [i, list] of lists.entries()) {
        for (const [j, id] of list.entries()) ids[i * length + j] = BigInt(id)
        mask.fill(1n, i * length, i * length + list.length)
      }
      const dims = [texts.length, length]
      return { input_ids: new Tensor('int64', ids, dims), attention_mask: new Tensor('int64', mask, dims) }
    },
    count: tokenizer.count
  }
}
