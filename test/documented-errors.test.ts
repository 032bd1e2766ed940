// Every error that a route gives stands in the OpenAPI document, with its form and a code of the table.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { makeKey } from '../src/keys/key.ts'
import { examples } from '../src/examples.ts'
import { buildTestApp } from './helper.ts'

interface Operation {
  parameters?: { name: string, in: string }[]
  requestBody?: { content: Record<string, object> }
  responses: Record<string, { content?: Record<string, object> }>
}
interface Request { method: 'GET', url: string, headers: Record<string, string>, payload?: string }

const table = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')
const known = new Set([...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code))
const wrongValues = ['', 'x', '-1', '%00', 'ﬀ/..', 'x'.repeat(3000), '2026-99-99', '{"a"']
const wrongBodies = ['', '{', '[]', '{}', '{"company_id":5}', '{"company_id":"shop","nothing":1}', '{"company_id":"nobody"}']

t.test('whatever is wrong with a request', async t => {
  const { app } = await buildTestApp(t, { config: { KEY_CACHE_SECONDS: 0, MAX_BODY_BYTES: 100_000, MAX_FILE_BYTES: 100_000 } })
  const keyed = async (company: string | null, scope: 'chat' | 'write' | 'admin') => {
    const { key, text } = makeKey({ company, scopes: [scope] })
    await app.keys.create(key)
    return { authorization: `Bearer ${text}` }
  }
  const admin = await keyed(null, 'admin')
  const others = [{}, { authorization: 'Bearer cau_wrong' }, await keyed('shop', 'chat'), await keyed('other', 'admin')]
  const { paths } = (await app.inject('/openapi.json')).json() as { paths: Record<string, Record<string, Operation>> }

  /** Yields requests that are wrong in one way each. */
  function * wrongRequests (name: string, { parameters = [], requestBody }: Operation): Generator<Request> {
    const [method, path] = name.split(' ') as ['GET', string]
    const type = Object.keys(requestBody?.content ?? {})[0]
    const body = requestBody ? { payload: JSON.stringify(examples[name]?.body ?? {}).replaceAll('petit-nid', 'shop') } : {}
    const typed = (headers: object) => ({ ...headers, ...(type ? { 'content-type': type } : {}) })
    const urlWith = (values: Record<string, string>) => {
      const query = new URLSearchParams()
      let url = path
      for (const parameter of parameters) {
        const value = values[parameter.name]
        if (parameter.in === 'path') url = url.replace(`{${parameter.name}}`, encodeURIComponent(value ?? 'faq'))
        else if (value !== undefined) query.set(parameter.name, value)
      }
      return `${url}?${query}`
    }
    const usual: Record<string, string> = parameters.some(({ name }) => name === 'company_id') ? { company_id: 'shop' } : {}
    for (const headers of others) yield { method, url: urlWith(usual), headers: typed(headers), ...body }
    yield { method, url: urlWith(usual) + '&nothing=1', headers: typed(admin), ...body }
    for (const parameter of parameters) {
      for (const value of ['nobody', ...wrongValues]) {
        // Without it, the path is another route's.
        if (value === '' && parameter.in === 'path') continue
        yield { method, url: urlWith({ ...usual, [parameter.name]: value }), headers: typed(admin), ...body }
      }
    }
    if (!requestBody) return
    for (const payload of wrongBodies) yield { method, url: urlWith(usual), headers: typed(admin), payload }
    yield { method, url: urlWith(usual), headers: { ...admin, 'content-type': 'image/png' }, payload: 'x' }
    yield { method, url: urlWith(usual), headers: typed(admin), payload: JSON.stringify({ message: 'x'.repeat(200_000) }) }
  }

  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const name = `${method.toUpperCase()} ${path}`
      const seen = new Set<string>()
      for (const request of wrongRequests(name, operation)) {
        const { statusCode, body, headers } = await app.inject(request)
        if (statusCode < 400) continue
        const type = String(headers['content-type']).split(';')[0]!
        const code = /"code":"?([A-Z_]{3,})"/.exec(body)?.[1] ?? ''
        const what = `${statusCode} ${type} ${code}`
        if (seen.has(what)) continue
        seen.add(what)
        t.ok(operation.responses[statusCode]?.content?.[type], `${name}: ${what}, as for ${JSON.stringify(request).slice(0, 300)}`)
        if (code !== '') t.ok(known.has(code), `${name}: ${code}`)
      }
    }
  }
})
