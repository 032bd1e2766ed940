// What is known about embedding models: where they live on the hub, how they pool, what they want before a text.

/** The name that stands for the default model in EMBEDDING_MODELS. */
export const DEFAULT_MODEL = 'all-MiniLM-L6-v2'

export type Pooling = 'mean' | 'cls' | 'last'

/** How a model is to be fed and read. */
export interface ModelTraits {
  /** Which token vectors make the text's: all (mean), the first (cls) or the last. */
  pooling: Pooling
  /** Put before a question, as the model was trained. */
  queryPrefix: string
  /** Put before a passage. */
  passagePrefix: string
  /** Longest input in tokens, special ones included; what is beyond is cut off. */
  maxTokens: number
}

/** The files of a model's repository that speak about the above, parsed; any may be missing. */
export interface TraitFiles {
  /** `1_Pooling/config.json` */
  pooling?: unknown
  /** `config_sentence_transformers.json` */
  sentenceTransformers?: unknown
  /** `tokenizer_config.json` */
  tokenizer?: unknown
}

const RETRIEVE = 'Given a web search query, retrieve relevant passages that answer the query'
const REPRESENT = 'Represent this sentence for searching relevant passages: '

// From the model cards. The first pattern that matches the repository's name, in lower case, is taken.
const families: [name: RegExp, pooling: Pooling, queryPrefix: string, passagePrefix: string][] = [
  [/e5-mistral.*instruct|gte-qwen/, 'last', `Instruct: ${RETRIEVE}\nQuery: `, ''],
  [/e5-.*instruct/, 'mean', `Instruct: ${RETRIEVE}\nQuery: `, ''],
  [/(^|[-_])e5-/, 'mean', 'query: ', 'passage: '],
  [/qwen3-embedding/, 'last', `Instruct: ${RETRIEVE}\nQuery:`, ''],
  [/bge-(small|base|large)-en/, 'cls', REPRESENT, ''],
  [/bge-(small|base|large)-zh/, 'cls', '为这个句子生成表示以用于检索相关文章：', ''],
  [/bge-/, 'cls', '', ''],
  [/gte-(modernbert|multilingual|.*-v1\.5)/, 'cls', '', ''],
  [/gte-/, 'mean', '', ''],
  [/arctic-embed.*-v2/, 'cls', 'query: ', ''],
  [/arctic-embed/, 'cls', REPRESENT, ''],
  [/mxbai-embed-large/, 'cls', REPRESENT, ''],
  [/nomic-embed/, 'mean', 'search_query: ', 'search_document: '],
  [/embeddinggemma/, 'mean', 'task: search result | query: ', 'title: none | text: '],
  [/multi-qa-.*-dot|tas-b/, 'cls', '', ''],
  // all-*, paraphrase-*, multi-qa-*-cos, jina-embeddings-v2 and whatever is not known
  [/(?:)/, 'mean', '', '']
]

// Some tokenizer_config.json say 1e30 or 8,192: a question that long would hold every other one for seconds.
const LONGEST_INPUT = 512
// all-MiniLM-L6-v2 was trained on 128 word pieces and is published for 256; its tokenizer_config.json says 512.
const MINILM_LONGEST_INPUT = 256

/**
 * The hub repository of a model id: the default's short name is expanded, any other id is one already.
 * Throws when the id could leave the models directory.
 */
export function repositoryOf (id: string): string {
  const repository = id === DEFAULT_MODEL ? 'onnx-community/all-MiniLM-L6-v2-ONNX' : id
  if (!/^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?$/.test(repository) || repository.includes('..')) {
    throw new Error(`"${id}" is not the name of a model: write <owner>/<name>, as on huggingface.co.`)
  }
  return repository
}

/** The traits of a repository: those of its name's family, overridden by what its own files say. */
export function traitsOf (repository: string, files: TraitFiles = {}): ModelTraits {
  const name = repository.slice(repository.lastIndexOf('/') + 1).toLowerCase()
  const [, pooling, queryPrefix, passagePrefix] = families.find(([pattern]) => pattern.test(name))!
  const prompts = record(record(files.sentenceTransformers).prompts)
  const ownQuery = text(prompts.query)
  const ownPassage = text(prompts.document) || text(prompts.passage)
  // sentence-transformers writes empty prompts when nobody said anything: only a filled one overrides. A repository
  // that fills one of the two has spoken for both.
  const spoken = Boolean(ownQuery || ownPassage)
  const longest = Number(record(files.tokenizer).model_max_length) || LONGEST_INPUT
  return {
    pooling: ownPooling(files.pooling) ?? pooling,
    queryPrefix: spoken ? ownQuery : queryPrefix,
    passagePrefix: spoken ? ownPassage : passagePrefix,
    maxTokens: Math.min(longest, /all-minilm-l\d+/.test(name) ? MINILM_LONGEST_INPUT : LONGEST_INPUT)
  }
}

function ownPooling (file: unknown): Pooling | undefined {
  const config = record(file)
  const named = text(config.pooling_mode)
  if (config.pooling_mode_cls_token === true || named === 'cls') return 'cls'
  if (config.pooling_mode_lasttoken === true || named === 'lasttoken') return 'last'
  if (config.pooling_mode_mean_tokens === true || named === 'mean') return 'mean'
  return undefined
}

function record (value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}
}

function text (value: unknown): string {
  return typeof value === 'string' ? value : ''
}
