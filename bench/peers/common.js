// Shared by the peers of the bench: reads a question, streams the texts of its answer as events, and serves the parent.
import { createServer } from 'node:http'

/** `llmUrl` is the API's base, `indexes` are those of the search; `child` is the address of bench/child.ts. */
export const { llmUrl, searchUrl, indexes, child } = JSON.parse(process.argv[2])

export const system = 'You answer from the passages only, and cite them as [n].'

const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform' }

/** The searches of one question, one for each index. */
export const searches = message => indexes.map(indexUid => ({ indexUid, q: message, limit: 10, showRankingScore: true }))

/** Returns the eight best hits of the searches' results. */
export function bestHits (results) {
  const best = new Map()
  for (const hit of results.flatMap(({ hits }) => hits)) {
    if ((best.get(hit.id)?._rankingScore ?? -1) < hit._rankingScore) best.set(hit.id, hit)
  }
  return [...best.values()].sort((a, b) => b._rankingScore - a._rankingScore).slice(0, 8)
}

const passages = hits => hits.map(({ title, text }, i) => `[${i + 1}] ${title}\n${text}`).join('\n\n')
export const prompt = (hits, message) => `Passages:\n${passages(hits)}\n\nQuestion: ${message}`

/** @param answer returns the texts of an answer, as they come */
export async function serve (answer) {
  const { serveParent } = await import(child)
  const server = createServer(async (request, response) => {
    const leaving = new AbortController()
    response.once('close', () => { if (!response.writableFinished) leaving.abort() })
    try {
      const texts = await answer(await readJson(request), leaving.signal)
      response.writeHead(200, headers)
      for await (const text of texts) {
        if (response.destroyed) break
        if (text) response.write(event('delta', { text }))
      }
      response.end(event('finish', { finish_reason: 'stop' }))
    } catch (error) {
      if (!leaving.signal.aborted) console.error(error)
      if (!response.headersSent) response.statusCode = 502
      response.end()
    }
  })
  server.keepAliveTimeout = 600_000
  server.listen(0, '127.0.0.1', () => serveParent(server.address().port, {}, () => process.exit(0)))
}

const event = (type, data) => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`

async function readJson (request) {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}
