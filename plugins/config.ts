// Adds the settings to the app.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../src/config.ts'

declare module 'fastify' {
  interface FastifyInstance { config: Config }
}

export default fp(async (app: FastifyInstance, { config }: { config: Config }) => {
  app.decorate('config', config)
}, { name: 'config' })
