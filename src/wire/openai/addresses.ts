// Tells clients of OpenAI that use a wrong address which one is right.

/** The service's own routes under /v1, whose errors have its own shape. */
const ownRoutes = /^\/v1\/(?:indexes|tasks|knowledge|feedback|gaps|top-questions|curated|evaluations)(?:\/|$)/
/** The addresses of OpenAI that clients call, whatever base URL stands before them. */
const openAiRoutes = /(?:^|\/)(chat\/completions|completions|embeddings|responses|models)(?:\/[^/]+)?$/

const chat = 'POST /v1/chat/completions'
const responses = 'POST /v1/responses'
const models = 'GET /v1/models'

const advice: Record<string, string> = {
  'chat/completions': `Use ${chat}: a client's base URL ends with /v1.`,
  models: `Use ${models}: a client's base URL ends with /v1.`,
  completions: `Completions of a prompt are not offered; use ${chat}.`,
  embeddings: `Embeddings are not offered; for answers use ${chat}.`,
  responses: `Use ${responses}: a client's base URL ends with /v1. A response cannot be read again.`,
}

/** Returns what to use instead of an unknown address; null if no client of OpenAI would use it. */
export function rightAddress (path: string): string | null {
  const clean = path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '')
  if (ownRoutes.test(clean)) return null
  const [, route] = openAiRoutes.exec(clean) ?? []
  if (route !== undefined) return advice[route]!
  return /^\/v1(?:\/|$)/.test(clean)
    ? `There are ${chat}, ${responses}, ${models} and ${models}/{model}; all others are listed at /docs.`
    : null
}
