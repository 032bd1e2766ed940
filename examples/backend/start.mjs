// An app that knows its users: it signs a token for whoever is logged in, and the page asks Causerie with that token.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { startService } from '../start-service.mjs'
import { createTokens } from './tokens.mjs'

const port = Number(process.env.PORT ?? 5172)
const origin = `http://127.0.0.1:${port}`
const causerie = await startService(origin)
const sign = createTokens(process.env.CAUSERIE_SIGNING_KEY ?? await makeKey())

/** Whoever is logged in, as the app's own sessions would say. */
const users = { ada: { user: 'ada', groups: ['customers'] }, grace: { user: 'grace', groups: ['customers', 'staff'] } }
const files = { '/': ['index.html', 'text/html'], '/app.js': ['app.js', 'text/javascript'], '/app.css': ['app.css', 'text/css'] }

createServer(async ({ url = '/', method }, response) => {
  const { pathname, searchParams } = new URL(url, origin)
  const user = users[searchParams.get('as')]
  if (pathname === '/token' && method === 'POST' && user) {
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    return response.end(JSON.stringify({ token: await sign(user), causerie }))
  }
  if (!files[pathname]) return response.writeHead(404).end()
  const [name, type] = files[pathname]
  response.writeHead(200, {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self' ${causerie}`,
  }).end(await readFile(new URL(name, import.meta.url)))
}).listen(port, '127.0.0.1', () => console.log(`The app is open: ${origin}`))

/** Makes a signing key at a service that has none yet; then it asks for one. */
async function makeKey () {
  const response = await fetch(`${causerie}/v1/companies/fjord-outdoor/keys`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ kind: 'signing', name: 'example' }),
  })
  if (!response.ok) throw new Error(`Set CAUSERIE_SIGNING_KEY: ${(await response.json()).message}`)
  return (await response.json()).key
}
