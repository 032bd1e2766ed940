// Makes the language model that the settings ask for.
import type { Config } from '../config.ts'
import { createExtractiveModel } from './extractive.ts'
import type { Log } from './failures.ts'
import type { LanguageModel } from './model.ts'
import { createOllamaModel } from './ollama.ts'
import { createOpenAiModel } from './openai.ts'
import { createResilientModel } from './resilient.ts'

/** Without LLM_URL the extractive model, which needs nothing. */
export function createModel (config: Config, log: Log): LanguageModel {
  if (config.LLM_URL === '') return createExtractiveModel()
  const remote = (url: string, model: string, apiKey: string): LanguageModel => {
    const options = {
      url,
      model,
      apiKey,
      connectTimeoutMs: config.LLM_CONNECT_TIMEOUT_SECONDS * 1000,
      silenceTimeoutMs: config.LLM_TIMEOUT_SECONDS * 1000,
      poolSize: config.LLM_POOL_SIZE,
      log,
    }
    return config.LLM_API === 'ollama' ? createOllamaModel({ ...options, keepAlive: config.LLM_KEEP_ALIVE }) : createOpenAiModel(options)
  }
  return createResilientModel({
    primary: remote(config.LLM_URL, config.LLM_MODEL, config.LLM_API_KEY),
    ...(config.LLM_FALLBACK_URL || config.LLM_FALLBACK_MODEL
      ? {
          fallback: remote(config.LLM_FALLBACK_URL || config.LLM_URL, config.LLM_FALLBACK_MODEL || config.LLM_MODEL,
            config.LLM_FALLBACK_API_KEY || (config.LLM_FALLBACK_URL ? '' : config.LLM_API_KEY)),
        }
      : {}),
    retries: config.LLM_RETRIES,
    log,
  })
}
