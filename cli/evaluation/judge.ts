// Opens the language model of the settings as a judge of answers.
import { loadConfig, proxySettings } from '../../src/config.ts'
import { createLanguageJudge } from '../../src/evaluation/language-judge.ts'
import { createModel } from '../../src/llm/create.ts'
import { readHeaders } from '../../src/llm/headers.ts'
import { UsageError } from '../command-io.ts'

export interface Judge {
  judge: ReturnType<typeof createLanguageJudge>
  close (): Promise<void>
}

/** Throws a UsageError when the settings name no language model. */
export async function openJudge (env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Judge> {
  const config = loadConfig(env)
  if (config.LLM_URL === '') throw new UsageError('--judge needs a language model: set LLM_URL and LLM_MODEL.')
  const model = await createModel({
    api: config.LLM_API,
    primary: { url: config.LLM_URL, model: config.LLM_MODEL, apiKey: config.LLM_API_KEY, headers: readHeaders(config.LLM_HEADERS) },
    fallback: { url: config.LLM_FALLBACK_URL, model: config.LLM_FALLBACK_MODEL, apiKey: config.LLM_FALLBACK_API_KEY },
    proxy: proxySettings(config),
    connectTimeoutMs: config.LLM_CONNECT_TIMEOUT_SECONDS * 1000,
    firstTokenTimeoutMs: config.LLM_FIRST_TOKEN_SECONDS * 1000,
    silenceTimeoutMs: config.LLM_TIMEOUT_SECONDS * 1000,
    poolSize: config.LLM_POOL_SIZE,
    queueTimeoutMs: config.LLM_QUEUE_SECONDS * 1000,
    keepAlive: config.LLM_KEEP_ALIVE,
    retries: config.LLM_RETRIES,
    log: { info () {}, warn () {}, error () {} } as never,
  })
  return {
    judge: createLanguageJudge(model, { timeoutMs: config.LLM_TIMEOUT_SECONDS * 1000, signal }),
    close: () => model.close(),
  }
}
