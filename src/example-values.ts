// Says which answer gives each value that examples name in braces: the page at /docs fills it in, and the examples' test too.
import { examples } from './examples.ts'

interface GivenValue {
  /** The route that gives it. */
  by: string
  /** Where it stands: in a header of the answer, or at a JSON pointer (RFC 6901) of its body. */
  header?: string
  pointer?: string
  /** Only in an answer with these fields. */
  when?: Record<string, string>
  /** What has to be there first. */
  once?: string
}

const isSite = { kind: 'site' }
export const givenValues: Record<string, GivenValue> = {
  answer_id: { by: 'POST /chat', header: 'x-answer-id' },
  gap_id: { by: 'GET /v1/gaps', pointer: '/data/0/id', once: 'a question was asked in vain (an example of `POST /chat`)' },
  other_gap_id: { by: 'GET /v1/gaps', pointer: '/data/1/id', once: 'two were (the other examples of `POST /chat`)' },
  curated_id: { by: 'POST /v1/curated', pointer: '/id' },
  evaluation_id: { by: 'POST /v1/evaluations', pointer: '/id' },
  task_id: { by: 'PUT /v1/indexes/{kind}/documents', pointer: '/task/id' },
  key_id: { by: 'POST /v1/companies/{company_id}/keys', pointer: '/id', when: isSite },
  site: { by: 'POST /v1/companies/{company_id}/keys', pointer: '/key', when: isSite },
  operator_key_id: { by: 'POST /v1/keys', pointer: '/id', once: 'the page has a key to go on with' },
}

interface Parameter { name: string, in: string, description?: string }
interface Operation { description?: string, parameters?: Parameter[] }
type Paths = Record<string, Record<string, Operation>>

/** Returns an OpenAPI document that says of each such value where it comes from, to readers, and to the script of the page. */
export function withGivenValues<T extends { paths?: object }> (document: T): T {
  const copy = structuredClone(document)
  for (const [path, methods] of Object.entries((copy.paths ?? {}) as Paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const { path: own = {}, body } = examples[`${method.toUpperCase()} ${path}`] ?? {}
      for (const parameter of operation.parameters ?? []) {
        const [, name] = /^\{(\w+)\}$/.exec(parameter.in === 'path' ? own[parameter.name] ?? '' : '') ?? []
        if (name === undefined) continue
        Object.assign(parameter, { description: lines(parameter.description, origin(name)), 'x-given': name })
      }
      const named = [...JSON.stringify(body ?? '').matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).filter(name => name in givenValues)
      for (const name of named) operation.description = lines(operation.description, `\`{${name}}\` in the body: ${origin(name)}`)
    }
  }
  return { ...copy, 'x-given': givenValues }
}

function origin (name: string): string {
  const { by, once } = givenValues[name]!
  return `Filled in from the answer of \`${by}\`${once ? `, once ${once}` : ''}.`
}

function lines (...texts: (string | undefined)[]): string {
  return texts.filter(text => text !== undefined && text !== '').join('\n\n')
}
