// Completes the errors of each operation of an OpenAPI document: those that follow from what the operation is. A route's schema
// names the others, and any that it describes better.

interface Schema { properties?: Record<string, unknown> }
interface Response { description?: string, content?: Record<string, unknown> }
interface Operation {
  security?: readonly object[]
  parameters?: { name: string }[]
  requestBody?: { content: Record<string, { schema?: Schema }> }
  responses?: Record<string, Response>
}

const hasBody = ({ requestBody }: Operation) => requestBody !== undefined
const asksForKey = ({ security }: Operation) =>
  security === undefined || (security.length > 0 && security.every(way => Object.keys(way).length > 0))
const mayStream = ({ responses = {} }: Operation) => responses['200']?.content?.['text/event-stream'] !== undefined
const namesCompany = ({ parameters = [], requestBody }: Operation) =>
  parameters.some(({ name }) => name === 'company_id') ||
  Object.values(requestBody?.content ?? {}).some(({ schema }) => schema?.properties?.company_id !== undefined)

const errors: readonly [status: string, description: string, isGiven: (operation: Operation) => boolean][] = [
  ['400', 'A parameter or the body is not valid', operation => hasBody(operation) || (operation.parameters ?? []).length > 0],
  ['401', 'The key is missing or not valid', asksForKey],
  ['403', 'The key may not do this, or the origin may not', asksForKey],
  ['404', 'Unknown company', namesCompany],
  ['413', 'The body is too large', hasBody],
  ['415', 'The body is of another media type', hasBody],
  ['502', 'The language model failed', operation => hasBody(operation) && mayStream(operation)],
  ['503', 'The service is shutting down, or a part of it is away; try again', () => true],
  ['504', 'The language model did not answer in time', operation => hasBody(operation) && mayStream(operation)],
  ['500', 'Something went wrong in the service', () => true],
]

/**
 * Returns the document with the errors in it.
 * @param plain the form of an error where an operation shows none of its own
 */
export function withErrors<T extends { paths?: object }> (document: T, plain: Record<string, unknown>): T {
  const paths = Object.entries((document.paths ?? {}) as Record<string, Record<string, Operation>>)
  const complete = (operation: Operation): Operation => {
    const { responses = {} } = operation
    const own = Object.entries(responses).find(([status, { content }]) => /^4/.test(status) && content)
    const content = own?.[1].content ?? plain
    const given = errors.filter(([, , isGiven]) => isGiven(operation)).map(([status, description]) => [status, { description, content }])
    return { ...operation, responses: { ...Object.fromEntries(given), ...responses } }
  }
  const completed = paths.map(([path, methods]) =>
    [path, Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, complete(operation)]))])
  return { ...document, paths: Object.fromEntries(completed) }
}
