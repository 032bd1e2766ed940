// Serves the OpenAPI document, made from the routes' schemas, and a page to read it.
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

export default fp(async (app: FastifyInstance, { version }: { version: string }) => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Causerie',
        version,
        description: "Cited answers from a company's own documents, streamed token by token.",
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
        { name: 'documents', description: "A company's own documents" },
        { name: 'companies', description: 'Companies, their keys and limits: for operators' },
        { name: 'openai', description: "The same for clients of OpenAI's chat completions" },
        { name: 'ai-sdk', description: "The same for the AI SDK's useChat" },
        { name: 'status', description: 'Health and figures of the service' },
      ],
    },
  })
  /** Returns the document with the address that this client uses. */
  const documentFor = (request: FastifyRequest) => ({ ...app.swagger(), servers: [{ url: app.pathPrefix(request) || '/' }] })
  app.get('/openapi.json', { schema: { hide: true } }, async request => documentFor(request))
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
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: { docExpansion: 'list', tryItOutEnabled: true },
      transformSpecification: (_, request) => documentFor(request),
      transformSpecificationClone: false,
    })
  })
}, { name: 'docs', dependencies: ['http'] })
