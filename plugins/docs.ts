// Serves the OpenAPI document, made from the routes' schemas, and a page to read it.
import { existsSync, readFileSync } from 'node:fs'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { DocumentedApi } from '../src/docs-page.ts'
import { withGivenValues } from '../src/example-values.ts'
import { sampleCompany, withExamples } from '../src/examples.ts'
import { withErrors } from '../src/wire/documented-errors.ts'
import { errorResponse } from '../src/wire/schemas.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** A site key that the page may try; null when there is none. */
    sampleSite: string | null
  }
}

/** Reads a file made by scripts/web.mjs; without it, the page looks plain. */
function readBuilt (file: string): string {
  const path = new URL(`../web/dist/${file}`, import.meta.url)
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

/** The address in the commands of the description. */
const usualAddress = 'http://127.0.0.1:8002'
const description = `Cited answers from a company's own documents, streamed token by token.

The examples of the routes work on the sample companies. The page at \`/docs\` shows a stream when it has ended;
\`curl -N\` shows it as it comes:

\`\`\`sh
curl -N http://127.0.0.1:8002/chat -H 'Content-Type: application/json' \\
  -d '{"company_id":"petit-nid","user_id":"test_001","message":"Prix lot 300 couches taille 4?","resumable":true}'
\`\`\`

\`\`\`
event: start
id: tpae7x-hP8R0sG8r.0
data: {"answer_id":"tpae7x-hP8R0sG8r","conversation_id":"…","cache":"miss", …}

event: sources
id: tpae7x-hP8R0sG8r.1
data: {"sources":[{"n":1,"title":"Couches taille 4, lot de 300","url":"…","snippet":"…"}]}

event: delta
id: tpae7x-hP8R0sG8r.2
data: {"text":"Couches "}

event: finish
id: tpae7x-hP8R0sG8r.9
data: {"finish_reason":"stop","citations":[1], …}
\`\`\`

The connection broke off? Go on after the last event that arrived, or stop the answer:

\`\`\`sh
ID=tpae7x-hP8R0sG8r
curl -N "http://127.0.0.1:8002/chat/$ID?company_id=petit-nid&user_id=test_001" -H "Last-Event-ID: $ID.2"
curl -X DELETE "http://127.0.0.1:8002/chat/$ID?company_id=petit-nid&user_id=test_001"
\`\`\``

export default fp(async (app: FastifyInstance, { version }: { version: string }) => {
  const icon = Buffer.from(readBuilt('icon.svg'))
  await app.register(swagger, {
    transformObject: document =>
      'openapiObject' in document ? withErrors(document.openapiObject, errorResponse('').content) : document.swaggerObject,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Causerie',
        version,
        description,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key, made by `causerie keys create`; not asked for while there is none.',
          },
        },
      },
      security: [{ key: [] }],
      tags: [
        { name: 'chat', description: 'Questions and their answers' },
        { name: 'feedback', description: 'What users say about answers' },
        { name: 'gaps', description: 'What customers asked in vain, and what closes it' },
        { name: 'curated', description: 'Answers that a person wrote or corrected' },
        { name: 'evaluations', description: 'How good the answers were on sets of questions' },
        { name: 'learning', description: 'What a company learns from feedback' },
        { name: 'documents', description: "A company's own documents" },
        { name: 'companies', description: 'Companies, their keys and limits: for operators' },
        { name: 'openai', description: "The same for clients of OpenAI's chat completions" },
        { name: 'ai-sdk', description: "The same for the AI SDK's useChat" },
        { name: 'status', description: 'Health and figures of the service' },
      ],
    },
  })
  let made: object | undefined
  let page: string | undefined
  const documented = (): object => {
    made ??= withExamples(app.swagger())
    return made
  }
  /** Returns the address that this client uses. */
  const addressFor = (request: FastifyRequest): string => {
    const address = `${request.protocol}://${request.host}`
    // A proxy may hand on any text in its headers, and the page takes it as it is.
    return /^https?:\/\/[\w.:[\]-]+$/.test(address) ? address + app.pathPrefix(request) : usualAddress
  }
  /** Returns the document with that address in it, so that its commands can be copied as they are. */
  const forClient = (document: object, request: FastifyRequest) => {
    const { info } = document as DocumentedApi
    return {
      ...document,
      info: { ...info, description: description.replaceAll(usualAddress, addressFor(request)) },
      servers: [{ url: app.pathPrefix(request) || '/' }],
    }
  }
  app.get('/openapi.json', { schema: { hide: true } }, async request => forClient(documented(), request))
  const filled = new Map<boolean, object>()
  /** Returns the document for the page, which fills values in. With a sample site the service asks for no key yet. */
  const documentForPage = (request: FastifyRequest) => {
    const isOpen = request.sampleSite !== null
    const document = filled.get(isOpen) ?? withGivenValues(withExamples(app.swagger(), { isOwnPage: true, isOpen }))
    filled.set(isOpen, document)
    return { ...forClient(document, request), ...(isOpen ? { 'x-known': { site: request.sampleSite } } : {}) }
  }
  app.decorateRequest('sampleSite', null)
  // Only the page is HTML, so only it needs helmet's headers.
  await app.register(async docs => {
    await docs.register(helmet, {
      contentSecurityPolicy: {
        directives: { 'script-src': ["'self'"], 'style-src': ["'self'", "'unsafe-inline'"], 'upgrade-insecure-requests': null },
      },
    })
    // Without the slash the page would look for its files at the root, which may be another service's. The address is relative,
    // since a proxy may have removed a part of it.
    docs.addHook('onRequest', async ({ url }, reply) => {
      if (/^[^?]*\/docs(?:\?|$)/.test(url)) return reply.redirect(`docs/${/\?.*/.exec(url)?.[0] ?? ''}`)
    })
    docs.addHook('preHandler', async request => {
      if (!/\/docs\/json(?:\?|$)/.test(request.url)) return
      const known = Promise.all([app.sampleSite(request), app.profiles.get(sampleCompany)])
      request.sampleSite = await known.then(([site, profile]) => profile ? site : null, () => null)
    })
    // The plugin's own page loads all of it before it shows anything.
    docs.addHook('onSend', async (request, reply, payload) => {
      if (!/\/docs\/(?:\?|$)/.test(request.url) || reply.statusCode !== 200) return payload
      const { docsPage } = await import('../src/docs-page.ts')
      page ??= docsPage(documented() as DocumentedApi)
      return page.replaceAll(usualAddress, addressFor(request))
    })
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: { docExpansion: 'list', tryItOutEnabled: true, defaultModelsExpandDepth: -1, persistAuthorization: false },
      logo: { type: 'image/svg+xml', content: icon, href: '../', target: '_self' },
      theme: {
        title: 'Causerie API',
        favicon: [{ filename: 'icon.svg', rel: 'icon', type: 'image/svg+xml', sizes: 'any', content: icon }],
        css: [{ filename: 'causerie.css', content: readBuilt('docs.css') }],
        js: [{ filename: 'causerie.js', content: readBuilt('docs.js') }],
      },
      transformSpecification: (_, request) => documentForPage(request),
      transformSpecificationClone: false,
    })
  })
}, { name: 'docs', dependencies: ['http'] })
