// Sets up what is suggested to people who type a question.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createSuggestions, type Suggestions } from '../src/suggest/suggestions.ts'

declare module 'fastify' {
  interface FastifyInstance {
    suggestions: Suggestions
  }
}

export default fp(async (app: FastifyInstance) => {
  app.decorate('suggestions', createSuggestions(app.documents))
}, { name: 'suggest', dependencies: ['documents'] })
