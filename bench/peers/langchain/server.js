// LangChain.js: a chain of retriever, prompt, model and parser, as its guides build it.
import { StringOutputParser } from '@langchain/core/output_parsers'
import { ChatPromptTemplate } from '@langchain/core/prompts'
import { RunnableLambda, RunnablePassthrough, RunnableSequence } from '@langchain/core/runnables'
import { BaseRetriever } from '@langchain/core/retrievers'
import { ChatOpenAI } from '@langchain/openai'
import { Meilisearch } from 'meilisearch'
import { bestHits, llmUrl, searchUrl, searches, serve, system } from '../common.js'

const search = new Meilisearch({ host: searchUrl, apiKey: 'key' })

class Retriever extends BaseRetriever {
  lc_namespace = ['bench']
  async _getRelevantDocuments (message) {
    const { results } = await search.multiSearch({ queries: searches(message) })
    return bestHits(results).map(({ text, ...metadata }) => ({ pageContent: text, metadata }))
  }
}

const written = RunnableLambda.from(documents =>
  documents.map(({ pageContent, metadata }, i) => `[${i + 1}] ${metadata.title}\n${pageContent}`).join('\n\n'))
const chain = RunnableSequence.from([
  { passages: new Retriever().pipe(written), question: new RunnablePassthrough() },
  ChatPromptTemplate.fromMessages([['system', system], ['human', 'Passages:\n{passages}\n\nQuestion: {question}']]),
  new ChatOpenAI({
    model: 'scripted', apiKey: 'key', temperature: 0, streaming: true, streamUsage: true, maxRetries: 0, configuration: { baseURL: llmUrl },
  }),
  new StringOutputParser(),
])

await serve(({ message }, signal) => chain.stream(message, { signal }))
