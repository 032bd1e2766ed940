// Vercel's AI SDK: a search, then streamText.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { streamText } from 'ai'
import { Meilisearch } from 'meilisearch'
import { bestHits, llmUrl, prompt, searchUrl, searches, serve, system } from '../common.js'

globalThis.AI_SDK_LOG_WARNINGS = false
const search = new Meilisearch({ host: searchUrl, apiKey: 'key' })
const model = createOpenAICompatible({ name: 'bench', baseURL: llmUrl, apiKey: 'key', includeUsage: true })('scripted')

await serve(async ({ message }, abortSignal) => {
  const { results } = await search.multiSearch({ queries: searches(message) }, { signal: abortSignal })
  return streamText({
    model, system, prompt: prompt(bestHits(results), message), temperature: 0, maxRetries: 0, abortSignal, onError () {},
  }).textStream
})
