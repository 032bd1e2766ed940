// Bare Node: node:http and undici, four searches, and the tokens of each packet as one text.
import { Pool } from 'undici'
import { bestHits, llmUrl, prompt, searchUrl, searches, serve, system } from '../common.js'

const llm = new URL(llmUrl)
const options = { connections: 256, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 }
const models = new Pool(llm.origin, options)
const search = new Pool(searchUrl, options)

const post = (pool, path, body, signal) =>
  pool.request({ method: 'POST', path, signal, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

await serve(async ({ message }, signal) => {
  const found = await post(search, '/multi-search', { queries: searches(message) }, signal)
  const { results } = await found.body.json()
  const { body } = await post(models, `${llm.pathname}/chat/completions`, {
    model: 'scripted', temperature: 0, stream: true, stream_options: { include_usage: true },
    messages: [{ role: 'system', content: system }, { role: 'user', content: prompt(bestHits(results), message) }],
  }, signal)
  return texts(body)
})

async function * texts (body) {
  let rest = ''
  for await (const chunk of body.setEncoding('utf8')) {
    const events = (rest + chunk).split('\n\n')
    rest = events.pop()
    yield events.map(data => data === 'data: [DONE]' ? '' : JSON.parse(data.slice(6)).choices[0]?.delta.content ?? '').join('')
  }
}
