// Sets up the hashes that stand for people in what is stored about them.
import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createPeople, type People } from '../src/people.ts'

declare module 'fastify' {
  interface FastifyInstance {
    people: People
  }
}

const keyBytes = 32

export default fp(async (app: FastifyInstance) => {
  const { store } = app
  const keyOf = (company: string) => store.run('keyOfPeople', company, randomBytes(keyBytes).toString('base64url'))
  app.decorate('people', createPeople({ keyOf }))
}, { name: 'people', dependencies: ['backends'] })
