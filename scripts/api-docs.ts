// Writes docs/api.md from the OpenAPI document of the service; --check only tells if it is up to date.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { STATUS_CODES } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildApp } from '../src/app.ts'
import { makeConfig } from '../src/config.ts'

/** The parts of an OpenAPI schema that the routes use. */
interface Schema {
  type?: string
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: boolean | Schema
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  default?: unknown
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  examples?: unknown[]
}
type Content = Record<string, { schema?: Schema }>
interface Operation {
  summary?: string
  description?: string
  tags?: string[]
  parameters?: { name: string, in: string, required?: boolean, description?: string, schema?: Schema }[]
  requestBody?: { content: Content }
  responses: Record<string, { description?: string, content?: Content }>
}
interface OpenApi {
  info: { title: string, version: string, description?: string }
  tags?: { name: string, description?: string }[]
  paths: Record<string, Record<string, Operation>>
}

const help = `Usage: node scripts/api-docs.ts [--check]

Writes docs/api.md from the routes' schemas. Needs no network and no model.

  --check  write nothing; end with 1 when docs/api.md is out of date
  --help   this text
`

const file = new URL('../docs/api.md', import.meta.url)

/** Returns the OpenAPI document of an empty app: no samples, no models, a temporary data directory. */
async function readDocument (): Promise<OpenApi> {
  const dir = await mkdtemp(join(tmpdir(), 'causerie-api-'))
  const config = { ...makeConfig({ DATA_DIR: dir, LOG_LEVEL: 'silent' }), SAMPLES_DIR: '', EMBEDDING_MODELS: '' }
  const app = await buildApp(config)
  try {
    await app.ready()
    return app.swagger() as unknown as OpenApi
  } finally {
    await app.close()
    await rm(dir, { recursive: true, force: true })
  }
}

function page ({ info, tags = [], paths }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods)
    .map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })))
  const shown = new Map<string, string>()
  const sections = tags.flatMap(({ name, description }) => [
    `## ${description ?? name}`,
    ...operations.filter(({ operation }) => operation.tags?.includes(name)).map(part => section(part, shown)),
  ])
  return (
    [
      `# HTTP API of ${info.title} ${info.version}`,
      "<!-- Made by scripts/api-docs.ts from the routes' schemas. " +
        'Do not edit it: change the schema, then run `node scripts/api-docs.ts`. -->',
      info.description,
      'The running service has the same as `GET /openapi.json`, and as a page at `/docs`. ' +
        'The events of a stream and the error codes are explained in [http.md](http.md#events) and [errors.md](errors.md). ' +
        'Any route may answer 500 when something went wrong in the service.',
      ...sections,
    ]
      .filter(Boolean)
      .join('\n\n') + '\n'
  )
}

/** @param shown the tables already on the page: schema → the operation it appears under */
function section ({ path, method, operation }: { path: string, method: string, operation: Operation }, shown: Map<string, string>): string {
  const { summary, description, parameters = [], requestBody, responses } = operation
  const rows = parameters.map(({ name, in: place, required, description: about, schema = {} }) =>
    [`\`${name}\``, place, typeOf(schema), required ? 'yes' : 'no', notes(schema, about)])
  return [
    `### ${method} ${path}`,
    summary && `${summary}.`,
    description,
    rows.length > 0 && table(['parameter', 'in', 'type', 'required', 'notes'], rows),
    ...bodies(requestBody?.content ?? {}).map(({ type, schema }) => `Body (\`${type}\`):\n\n${fields(schema)}`),
    table(['status', 'body', 'meaning'], Object.entries(responses).filter(([status]) => status !== '500')
      .map(([status, { description: about, content }]) =>
        [status, Object.keys(content ?? {}).map(code).join(', ') || 'none', meaning(status, about)])),
    // Every error has the same fields, described in docs/errors.md.
    ...bodies(responses['200']?.content ?? {}).filter(({ schema }) => schema.properties)
      .map(({ type, schema }) => {
        const key = JSON.stringify(schema)
        const before = shown.get(key)
        if (before === undefined) shown.set(key, `${method} ${path}`)
        return `200 (\`${type}\`):${before === undefined ? `\n\n${fields(schema)}` : ` the same fields as of ${before}.`}`
      }),
  ].filter(Boolean).join('\n\n')
}

/** Returns the description of a response, or the name of its status when it has none. */
function meaning (status: string, description = ''): string {
  return description === '' || description === 'Default Response' ? STATUS_CODES[status] ?? '' : description
}

function bodies (content: Content): { type: string, schema: Schema }[] {
  return Object.entries(content).map(([type, { schema = {} }]) => ({ type, schema }))
}

function fields (schema: Schema): string {
  return table(['field', 'type', 'required', 'notes'], flat(schema, '').map(({ path, field, required }) =>
    [`\`${path}\``, typeOf(field), required ? 'yes' : 'no', notes(field, field.description)]))
}

/** Lists the fields of an object and of its nested objects, each with its path. */
function flat (schema: Schema, prefix: string): { path: string, field: Schema, required: boolean }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`
    const nested = field.items?.properties ? flat(field.items, `${path}[].`) : flat(field, `${path}.`)
    return [{ path, field, required: schema.required?.includes(name) ?? false }, ...nested]
  })
}

function typeOf ({ type, items, anyOf, enum: values, const: value }: Schema): string {
  if (anyOf) return anyOf.map(typeOf).join(', ')
  if (value !== undefined) return code(value)
  if (values) return values.map(code).join(', ')
  if (Array.isArray(type)) return type.map(one => typeOf({ ...(items ? { items } : {}), type: one })).join(', ')
  return type === 'array' ? `array of ${typeOf(items ?? {})}` : type ?? 'any'
}

function notes (schema: Schema, description = ''): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, default: preset, examples } = schema
  return [
    // Markdown would read `<index>` as a tag.
    description.replace(/`[^`]*`|</g, found => found === '<' ? '&lt;' : found),
    range(minimum, maximum, ''),
    range(minLength, maxLength, ' characters'),
    range(minItems, maxItems, ' items'),
    pattern !== undefined && `matches ${code(pattern)}`,
    preset !== undefined && `default ${code(preset)}`,
    examples?.length && `e.g. ${examples.map(code).join(', ')}`,
  ].filter(Boolean).join('; ')
}

function range (low: number | undefined, high: number | undefined, unit: string): string {
  if (low === undefined && high === undefined) return ''
  return low === undefined ? `at most ${high}${unit}` : high === undefined ? `at least ${low}${unit}` : `${low} to ${high}${unit}`
}

function code (value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

function table (head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } })
if (values.help) {
  process.stdout.write(help)
} else {
  const text = page(await readDocument())
  if (!values.check) {
    await writeFile(file, text)
  } else if (await readFile(file, 'utf8').catch(() => '') !== text) {
    process.stderr.write('docs/api.md is out of date; run: node scripts/api-docs.ts\n')
    process.exitCode = 1
  }
}
