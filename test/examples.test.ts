// Every route of the OpenAPI document can be tried with its example, on the companies that come with the project.
import t from 'tap'
import { givenValues } from '../src/example-values.ts'
import { examples } from '../src/examples.ts'
import { makeKey } from '../src/keys/key.ts'
import { buildTestApp, samples } from './helper.ts'

interface Parameter { name: string, in: string, required?: boolean, example?: string, examples?: Record<string, { value: string }> }
interface Content { examples?: Record<string, { value: unknown }> }
interface Operation {
  parameters?: Parameter[]
  requestBody?: { content: Record<string, Content> }
  responses: Record<string, { content?: Record<string, Content> }>
}

t.test('each example gets an answer', async t => {
  const { app } = await buildTestApp(t, { config: { SAMPLES_DIR: samples, KEY_CACHE_SECONDS: 0 } })
  const document = (await app.inject('/openapi.json')).json() as { paths: Record<string, Record<string, Operation>> }
  const operations = new Map(Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}` as string, operation] as const)))
  t.same(Object.keys(examples).filter(name => !operations.has(name)), [], 'examples of routes that there are')
  /** What only a running service knows. */
  const said: Record<string, string> = {}
  let operator: { authorization?: string } = {}

  async function call (name: string): Promise<void> {
    const { parameters = [], requestBody, responses } = operations.get(name)!
    // The page at /docs asks for the first form of the first success alone.
    const accept = Object.keys(Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1].content ?? {})[0] ?? '*/*'
    // What changes something is tried on what its example names, not on what it happens to be given.
    if (!examples[name] && !name.startsWith('GET ')) {
      t.fail(`${name} has no example in src/examples.ts`)
      return
    }
    const [method, path] = name.split(' ') as ['GET', string]
    const valueOf = ({ example, examples: some }: Parameter) => example ?? Object.values(some ?? {})[0]?.value
    let url = path
    const query = new URLSearchParams()
    for (const parameter of parameters) {
      const given = examples[name]?.path?.[parameter.name]?.replace(/^\{(\w+)\}$/, (_, key: string) => said[key]!)
      const value = given ?? valueOf(parameter)
      if (value === undefined && parameter.required) t.fail(`${name} has no example of ${parameter.name}`)
      if (value === undefined) continue
      if (parameter.in === 'path') url = url.replace(`{${parameter.name}}`, encodeURIComponent(value))
      if (parameter.in === 'query') query.set(parameter.name, value)
    }
    const [type, content] = Object.entries(requestBody?.content ?? {}).find(([, { examples }]) => examples) ?? []
    const value = content && Object.values(content.examples!)[0]!.value
    const body = typeof value === 'object' ? JSON.stringify(value) : value as string | undefined
    const credential = name === 'POST /v1/visitors' ? { origin: 'https://shop.example' } : operator
    const { statusCode, body: answer, headers } = await app.inject({
      method, url: `${url}?${query}`, headers: { ...credential, accept, ...(type ? { 'content-type': type } : {}) },
      ...(body === undefined ? {} : { payload: body.replace(/\{(\w+)\}/g, (all, key: string) => said[key] ?? all) }),
    })
    t.ok(statusCode >= 200 && statusCode < 300, `${name}: ${statusCode} ${statusCode < 300 ? '' : answer.slice(0, 300)}`)
    for (const [value, { by, header, pointer = '' }] of Object.entries(givenValues)) {
      if (by !== name) continue
      said[value] = header ? String(headers[header]) : pointer.split('/').slice(1).reduce((inner, part) => inner[part], JSON.parse(answer))
    }
  }

  for (const message of ['Vendez-vous des trampolines ?', 'Do you repair bicycles?']) {
    await app.inject({ method: 'POST', url: '/chat', payload: { company_id: 'petit-nid', user_id: 'test_002', message, stream: false } })
  }
  const ordered = [...[...operations.keys()].filter(name => !examples[name]), ...Object.keys(examples)]
  for (const name of ordered) {
    if (name === 'POST /v1/companies/{company_id}/keys') {
      // The first key closes the service: from here on an operator asks.
      const { key, text } = makeKey({ company: null, scopes: ['admin'] })
      await app.keys.create(key)
      operator = { authorization: `Bearer ${text}` }
    }
    await call(name)
  }
})

t.test('an example is no more than its route takes', async t => {
  for (const [name, { path = {} }] of Object.entries(examples)) {
    t.same(Object.keys(path).sort(), [...name.matchAll(/\{(\w+)\}/g)].map(([, part]) => part).sort(), name)
  }
})
