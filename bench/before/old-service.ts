// The service that this one replaces, rebuilt small: every step waits for the one before. Each improvement can be switched on.
import { Agent, createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { json } from 'node:stream/consumers'
import pLimit from 'p-limit'
import { multilingualModelId } from '../../src/embed/models.ts'
import { analyzeQuestion } from '../../src/language/analyze.ts'
import { contentWords } from '../../src/language/words.ts'
import { serveParent } from '../child.ts'
import { loadEmbedder } from '../embedding.ts'
import { indexKinds } from '../meilisearch.ts'
import { oldNgrams, type OldQuestion } from './old.ts'

interface Hit { id: string, title: string, text: string, _rankingScore: number }

const passages = 6
/** Its model is in memory from the start: what is loaded for each question is the language model. */
const embedder = await loadEmbedder(multilingualModelId)
/** As many searches of one question at once as in this service. */
const pooledSearches = 50
const pooled = new Agent({ keepAlive: true, maxSockets: 2 * pooledSearches })
/** A connection for each request. */
const single = new Agent({ keepAlive: false })

const answers = new Map<string, string>()
const prompts = new Map<string, string>()

function post (url: string, body: object, agent: Agent): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  send(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, resolve)
    .once('error', reject)
    .end(JSON.stringify(body))
  return promise
}

/** @param asker prompts are kept for each by itself */
async function readPrompt (url: string, asker: string, keeps: boolean): Promise<string> {
  const known = prompts.get(asker)
  if (keeps && known !== undefined) return known
  const [company] = await (await fetch(`${url}/companies?id=eq.bench`)).json() as { name: string, system_prompt: string }[]
  const prompt = company!.system_prompt || `You answer for ${company!.name}.`
  prompts.set(asker, prompt)
  return prompt
}

/** Every n-gram of one to three words, until there are 30; with them cut, the twenty that this service chooses. */
function ngramsOf (question: string, isCut: boolean): string[] {
  if (isCut) return analyzeQuestion(question, 'fr', 'fr').ngrams.map(({ words }) => words.join(' '))
  const words = contentWords(question, 'fr')
  const all = [1, 2, 3].flatMap(n => words.slice(n - 1).map((_, i) => words.slice(i, i + n).join(' ')))
  return all.slice(0, oldNgrams)
}

async function search ({ message, meiliUrl, has }: OldQuestion): Promise<Hit[]> {
  const agent = has.includes('pool') ? pooled : single
  const limit = pLimit(has.includes('pool') ? pooledSearches : 1)
  const vector = has.includes('embeddings') ? await embedder.embedQuestion(message, multilingualModelId) : null
  const queries = indexKinds.flatMap(kind => [
    ...ngramsOf(message, has.includes('n-grams cut')).map(q => ({ q })),
    ...(vector ? [{ q: '', vector: [...vector], hybrid: { embedder: 'default', semanticRatio: 1 } }] : []),
  ].map(query => ({ indexUid: `bench__${kind}`, limit: 20, matchingStrategy: 'all', showRankingScore: true, ...query })))
  const found = await Promise.all(queries.map(query => limit(async () => {
    const { results } = await json(await post(`${meiliUrl}/multi-search`, { queries: [query] }, agent)) as { results: { hits: Hit[] }[] }
    return results[0]!.hits
  })))
  const scores = new Map<string, { hit: Hit, score: number }>()
  for (const hit of found.flat()) {
    const known = scores.get(hit.id)
    if (known) known.score += hit._rankingScore
    else scores.set(hit.id, { hit, score: hit._rankingScore })
  }
  return [...scores.values()].sort((a, b) => b.score - a.score).slice(0, passages).map(({ hit }) => hit)
}

async function answer (question: OldQuestion, response: ServerResponse): Promise<void> {
  const { message, model, upstreamUrl, has, maxTokens } = question
  const key = `${model} ${message}`
  const known = has.includes('cache') ? answers.get(key) : undefined
  if (known !== undefined) return writeWhole(response, known)
  const prompt = await readPrompt(upstreamUrl, model, has.includes('prompt cache'))
  const hits = await search(question)
  const stream = has.includes('streaming')
  const answered = await post(`${upstreamUrl}/api/chat`, {
    model, stream, keep_alive: has.includes('preload') ? '60m' : 0, options: { num_predict: maxTokens },
    messages: [
      { role: 'system', content: `${prompt}\n${hits.map(({ title, text }, i) => `[${i + 1}] ${title}\n${text}`).join('\n')}` },
      { role: 'user', content: message },
    ],
  }, has.includes('pool') ? pooled : single)
  if (!stream) {
    const { message: { content } } = await json(answered) as { message: { content: string } }
    answers.set(key, content)
    return writeWhole(response, content)
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  let text = ''
  for await (const line of createInterface(answered)) {
    const { message: { content } } = JSON.parse(line) as { message: { content: string } }
    text += content
    response.write(`data: ${JSON.stringify({ text: content })}\n\n`)
  }
  answers.set(key, text)
  response.end()
}

function writeWhole (response: ServerResponse, text: string): void {
  const body = JSON.stringify({ answer: text })
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body)
}

const server = createServer(async (request, response) => {
  await answer(await json(request) as OldQuestion, response).catch(error => response.writeHead(500).end(String(error)))
})
server.listen(0, '127.0.0.1', () => serveParent((server.address() as AddressInfo).port, {}, () => process.exit(0)))
