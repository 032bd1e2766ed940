// What every HTTP answer carries: CORS, compression of JSON, and headers that keep browsers careful.
import compress from '@fastify/compress'
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

export default fp(async (app: FastifyInstance) => {
  const origins = app.config.CORS_ORIGINS.split(',').map(origin => origin.trim()).filter(Boolean)
  if (origins.length > 0) {
    await app.register(cors, {
      origin: origins.includes('*') ? '*' : origins,
      methods: ['GET', 'POST', 'DELETE'],
      exposedHeaders: ['x-answer-id', 'retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'],
    })
  }
  // A stream is never compressed: a compressor would hold tokens back.
  await app.register(compress, { global: true, threshold: 1024, encodings: ['br', 'gzip'] })
  app.addHook('onRequest', async (_, reply) => {
    reply.header('x-content-type-options', 'nosniff')
  })
}, { name: 'http', dependencies: ['config'] })
