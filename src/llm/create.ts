// Makes the language model that the settings ask for.
import { createExtractiveModel } from './extractive.ts'
import type { Log } from './failures.ts'
import type { LanguageModel } from './model.ts'
import { createOllamaModel } from './ollama.ts'
import { createOpenAiModel } from './openai.ts'
import { createResilientModel } from './resilient.ts'

/** A model on a server; an empty `apiKey` = none. */
export interface ModelServer {
  url: string
  model: string
  apiKey: string
}

export interface ModelOptions {
  /** The API of both servers. */
  api: 'openai' | 'ollama'
  /** An empty `url` = no language model: answers are extractive. */
  primary: ModelServer
  /** Asked when the primary fails; without a URL and a model there is no fallback. */
  fallback: ModelServer
  connectTimeoutMs: number
  silenceTimeoutMs: number
  /** Connections to each server at most. */
  poolSize: number
  /** How long Ollama keeps the model loaded. */
  keepAlive: string
  /** Further tries before the first token. */
  retries: number
  log: Log
}

export function createModel ({ api, primary, fallback, retries, log, ...shared }: ModelOptions): LanguageModel {
  if (primary.url === '') return createExtractiveModel()
  const create = (server: ModelServer) => {
    const options = { ...shared, ...server, log }
    return api === 'ollama' ? createOllamaModel(options) : createOpenAiModel(options)
  }
  return createResilientModel({
    primary: create(primary),
    ...(fallback.url || fallback.model ? { fallback: create(completeFallback(fallback, primary)) } : {}),
    retries,
    log,
  })
}

/** Takes from the primary what the fallback leaves empty; the key only for the same server. */
function completeFallback (fallback: ModelServer, primary: ModelServer): ModelServer {
  return {
    url: fallback.url || primary.url,
    model: fallback.model || primary.model,
    apiKey: fallback.apiKey || (fallback.url ? '' : primary.apiKey),
  }
}
