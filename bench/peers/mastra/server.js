// Mastra: an agent whose prompt has the passages of a search, as its guides do it.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { Agent } from '@mastra/core/agent'
import { Meilisearch } from 'meilisearch'
import { bestHits, llmUrl, prompt, searchUrl, searches, serve, system } from '../common.js'

globalThis.AI_SDK_LOG_WARNINGS = false
const search = new Meilisearch({ host: searchUrl, apiKey: 'key' })
const model = createOpenAICompatible({ name: 'bench', baseURL: llmUrl, apiKey: 'key', includeUsage: true })('scripted')
const agent = new Agent({ id: 'chat', name: 'chat', instructions: system, model, maxRetries: 0 })

await serve(async ({ message }, abortSignal) => {
  const { results } = await search.multiSearch({ queries: searches(message) }, { signal: abortSignal })
  const answer = await agent.stream(prompt(bestHits(results), message), { modelSettings: { temperature: 0, maxRetries: 0 }, abortSignal })
  return answer.textStream
})
