// Turns texts into a model's inputs, with the lean unigram tokenizer where it fits, else with the general one.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import { createUnigramTokenizer } from '../language/unigram/tokenizer.ts'
import { isObject } from '../plain-object.ts'

/** A batch of texts of one length, one after the other. */
export interface ModelInputs {
  ids: BigInt64Array
  /** 1 for a token, 0 for padding. */
  mask: BigInt64Array
  /** Texts and tokens. */
  dims: [number, number]
}

export interface TextEncoder {
  /** Encodes a batch; each text is cut at `maxTokens`, the special ones included. */
  encode (texts: string[], maxTokens: number): ModelInputs
  /** Counts the tokens of a text, without the special ones. */
  count (text: string): number
  /** Tells whether the vocabulary has a text's script. */
  reads (text: string): boolean
}

/** Creates the encoder of a model from the files in its folder. */
export async function createTextEncoder (modelsDir: string, repository: string): Promise<TextEncoder> {
  const read = (file: string) => readFile(join(modelsDir, repository, file))
  const file = await read('tokenizer.json')
  const unigram = createUnigramTokenizer(file)
  if (unigram) {
    return {
      encode: (texts, maxTokens) => batch(texts.map((text) => unigram.encode(text, maxTokens)), unigram.padding, 'right'),
      count: unigram.count,
      reads: unigram.reads
    }
  }
  const config = JSON.parse(String(await read('tokenizer_config.json'))) as Record<string, unknown>
  const tokenizer = new Tokenizer(JSON.parse(String(file)) as object, config)
  const idsOf = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).ids
  const unknown = tokenizer.token_to_id(contentOf(config.unk_token) ?? '')
  const padding = tokenizer.token_to_id(contentOf(config.pad_token) ?? contentOf(config.eos_token) ?? '') ?? 0
  // As in the library that the models are made for.
  const side = config.padding_side ?? (config.tokenizer_class === 'LlamaTokenizer' ? 'left' : 'right')
  return {
    encode: (texts, maxTokens) =>
      batch(texts.map((text) => tokenizer.encode(text).ids.slice(0, maxTokens)), padding, side === 'left' ? 'left' : 'right'),
    count: (text) => idsOf(text).length,
    reads: (text) => {
      const ids = idsOf(text)
      return 2 * ids.filter((id: number) => id === unknown).length <= ids.length
    }
  }
}

/** Pads lists of tokens to the length of the longest. */
function batch (lists: readonly ArrayLike<number>[], padding: number, side: 'left' | 'right'): ModelInputs {
  const length = lists.reduce((longest, list) => Math.max(longest, list.length), 0)
  const ids = new BigInt64Array(lists.length * length).fill(BigInt(padding))
  const mask = new BigInt64Array(lists.length * length)
  for (const [i, list] of lists.entries()) {
    const start = i * length + (side === 'left' ? length - list.length : 0)
    for (let j = 0; j < list.length; j++) ids[start + j] = BigInt(list[j]!)
    mask.fill(1n, start, start + list.length)
  }
  return { ids, mask, dims: [lists.length, length] }
}

/** Returns the text of a special token, which a file holds as it is or as an object. */
function contentOf (token: unknown): string | undefined {
  if (typeof token === 'string') return token
  return isObject(token) && typeof token.content === 'string' ? token.content : undefined
}
