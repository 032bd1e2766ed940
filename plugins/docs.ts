// Serves the OpenAPI document, made from the routes' schemas, and a page to read it.
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
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
        { name: 'documents', description: "A company's own documents" },
        { name: 'openai', description: "The same for clients of OpenAI's chat completions" },
        { name: 'ai-sdk', description: "The same for the AI SDK's useChat" },
        { name: 'status', description: 'Health and figures of the service' },
      ],
    },
  })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  // Only the page is HTML, so only it needs helmet's headers.
  await app.register(async docs => {
    await docs.register(helmet, {
      contentSecurityPolicy: {
        directives: { 'script-src': ["'self'"], 'style-src': ["'self'", "'unsafe-inline'"], 'upgrade-insecure-requests': null },
      },
    })
    await docs.register(swaggerUi, { routePrefix: '/docs', uiConfig: { docExpansion: 'list', tryItOutEnabled: true } })
  })
}, { name: 'docs' })
