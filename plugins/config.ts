// Adds the settings to the app, and warns of those that do nothing.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../src/config.ts'
import { idleSettings } from '../src/config-checks.ts'

declare module 'fastify' {
  interface FastifyInstance { config: Config }
}

export default fp(async (app: FastifyInstance, { config }: { config: Config }) => {
  app.decorate('config', config)
  for (const problem of idleSettings(config)) app.log.warn(problem)
}, { name: 'config' })
