// Sets up the hashes that stand for people in what is stored about them.
import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { peopleKeyOf } from '../src/backends/supabase/people.ts'
import { createPeople, type People } from '../src/people.ts'

declare module 'fastify' {
  interface FastifyInstance {
    people: People
  }
}

const keyBytes = 32

export default fp(async (app: FastifyInstance) => {
  const { store, supabase } = app
  const keyOf = (company: string) => {
    const fresh = randomBytes(keyBytes).toString('base64url')
    return supabase ? peopleKeyOf(supabase, company, fresh) : store.run('keyOfPeople', company, fresh)
  }
  app.decorate('people', createPeople({ keyOf }))
}, { name: 'people', dependencies: ['backends'] })
