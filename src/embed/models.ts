// Knows the embedding models: their hub repositories, their pooling, and the prefixes that they expect before a text.

import type { Language } from '../types.ts'

/** The short names in EMBEDDING_MODELS: a small English model, and one for a hundred languages. */
export const defaultModelId = 'all-MiniLM-L6-v2'
export const multilingualModelId = 'multilingual-e5-small'

const hubNames: Record<string, string> = {
  [defaultModelId]: 'onnx-community/all-MiniLM-L6-v2-ONNX',
  [multilingualModelId]: 'Xenova/multilingual-e5-small'
}

// Models that were trained on many languages say so in their name, or belong to one of these families.
const multilingualNames = /multilingual|labse|bge-m3|arctic-embed.*-v2|embeddinggemma|qwen3-embedding|gte-qwen|jina-embeddings-v3/

export type Pooling = 'mean' | 'cls' | 'last'

/** How to feed a model and read its output. */
export interface ModelTraits {
  /** The token vectors that make the vector of the text: all (mean), the first (cls) or the last. */
  pooling: Pooling
  /** Stands before a question, as in the model's training. */
  queryPrefix: string
  /** Stands before a passage. */
  passagePrefix: string
  /** The longest input in tokens, special ones included; the model does not read further. */
  maxTokens: number
}

/** The parsed files of a model's repository that describe these traits; any may be missing. */
export interface TraitFiles {
  /** `1_Pooling/config.json` */
  pooling?: unknown
  /** `config_sentence_transformers.json` */
  sentenceTransformers?: unknown
  /** `tokenizer_config.json` */
  tokenizer?: unknown
}

const retrieve = 'Given a web search query, retrieve relevant passages that answer the query'
const represent = 'Represent this sentence for searching relevant passages: '

// From the model cards. The first pattern that matches the repository's name, in lower case, applies.
const families: [name: RegExp, pooling: Pooling, queryPrefix: string, passagePrefix: string][] = [
  [/e5-mistral.*instruct|gte-qwen/, 'last', `Instruct: ${retrieve}\nQuery: `, ''],
  [/e5-.*instruct/, 'mean', `Instruct: ${retrieve}\nQuery: `, ''],
  [/(^|[-_])e5-/, 'mean', 'query: ', 'passage: '],
  [/qwen3-embedding/, 'last', `Instruct: ${retrieve}\nQuery:`, ''],
  [/bge-(small|base|large)-en/, 'cls', represent, ''],
  [/bge-(small|base|large)-zh/, 'cls', '为这个句子生成表示以用于检索相关文章：', ''],
  [/bge-/, 'cls', '', ''],
  [/gte-(modernbert|multilingual|.*-v1\.5)/, 'cls', '', ''],
  [/gte-/, 'mean', '', ''],
  [/arctic-embed.*-v2/, 'cls', 'query: ', ''],
  [/arctic-embed/, 'cls', represent, ''],
  [/mxbai-embed-large/, 'cls', represent, ''],
  [/nomic-embed/, 'mean', 'search_query: ', 'search_document: '],
  [/embeddinggemma/, 'mean', 'task: search result | query: ', 'title: none | text: '],
  [/multi-qa-.*-dot|tas-b/, 'cls', '', ''],
  // all-*, paraphrase-*, multi-qa-*-cos, jina-embeddings-v2 and every unknown model
  [/(?:)/, 'mean', '', '']
]

// Some tokenizer_config.json say 1e30 or 8,192: a question that long would delay every other one by seconds.
const maxInputTokens = 512
// all-MiniLM-L6-v2 was trained on 128 word pieces and is published for 256; its tokenizer_config.json says 512.
const miniLmMaxTokens = 256

/**
 * Returns the hub repository of a model id: the full name of a short one, or the id itself.
 * Throws when the id could lead out of the models directory.
 */
export function repositoryOf (id: string): string {
  const repository = Object.hasOwn(hubNames, id) ? hubNames[id]! : id
  if (!/^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?$/.test(repository) || repository.includes('..')) {
    throw new Error(`"${id}" is not the name of a model: write <owner>/<name>, as on huggingface.co.`)
  }
  return repository
}

/** Tells whether a model was trained on many languages. */
export function isMultilingual (id: string): boolean {
  return multilingualNames.test(id.toLowerCase())
}

/**
 * Chooses the model of a company's documents: the named one; else the first of the list for English, and the first
 * multilingual one for every other language.
 */
export function preferredModel (models: readonly string[], language: Language, named?: string): string {
  if (named !== undefined) return named
  const multilingual = language === 'en' ? undefined : models.find(isMultilingual)
  return multilingual ?? models[0] ?? ''
}

/** Returns the traits of a repository: those of its name's family, overridden by the repository's own files. */
export function traitsOf (repository: string, files: TraitFiles = {}): ModelTraits {
  const name = repository.slice(repository.lastIndexOf('/') + 1).toLowerCase()
  const [, pooling, queryPrefix, passagePrefix] = families.find(([pattern]) => pattern.test(name))!
  const prompts = asRecord(asRecord(files.sentenceTransformers).prompts)
  const ownQuery = asText(prompts.query)
  const ownPassage = asText(prompts.document) || asText(prompts.passage)
  // sentence-transformers writes empty prompts when none were given, so only a filled one overrides. A repository that
  // fills one of the two has decided on both.
  const hasPrompts = Boolean(ownQuery || ownPassage)
  const longest = Number(asRecord(files.tokenizer).model_max_length) || maxInputTokens
  return {
    pooling: readPooling(files.pooling) ?? pooling,
    queryPrefix: hasPrompts ? ownQuery : queryPrefix,
    passagePrefix: hasPrompts ? ownPassage : passagePrefix,
    maxTokens: Math.min(longest, /all-minilm-l\d+/.test(name) ? miniLmMaxTokens : maxInputTokens)
  }
}

function readPooling (file: unknown): Pooling | undefined {
  const config = asRecord(file)
  const mode = asText(config.pooling_mode)
  if (config.pooling_mode_cls_token === true || mode === 'cls') return 'cls'
  if (config.pooling_mode_lasttoken === true || mode === 'lasttoken') return 'last'
  if (config.pooling_mode_mean_tokens === true || mode === 'mean') return 'mean'
  return undefined
}

function asRecord (value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}
}

function asText (value: unknown): string {
  return typeof value === 'string' ? value : ''
}
