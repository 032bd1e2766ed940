// LlamaIndex.TS: a chat engine over a retriever. Its model takes no signal; a client that leaves ends the iteration.
import { OpenAI } from '@llamaindex/openai'
import { BaseRetriever, ContextChatEngine, TextNode } from 'llamaindex'
import { Meilisearch } from 'meilisearch'
import { bestHits, llmUrl, searchUrl, searches, serve, system } from '../common.js'

const search = new Meilisearch({ host: searchUrl, apiKey: 'key' })

class Retriever extends BaseRetriever {
  async _retrieve ({ query }) {
    const { results } = await search.multiSearch({ queries: searches(String(query)) })
    return bestHits(results).map(({ id, title, text, _rankingScore }) =>
      ({ node: new TextNode({ id_: id, text, metadata: { title } }), score: _rankingScore }))
  }
}

const retriever = new Retriever()
const chatModel = new OpenAI({
  model: 'scripted', apiKey: 'key', baseURL: llmUrl, temperature: 0, maxRetries: 0,
  additionalChatOptions: { stream_options: { include_usage: true } },
})

await serve(async ({ message }) => {
  const engine = new ContextChatEngine({ retriever, chatModel, systemPrompt: system })
  return texts(await engine.chat({ message, stream: true }))
})

async function * texts (stream) {
  for await (const { delta } of stream) yield delta
}
