// The embedded store, closed after everything that uses it.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createStore, type Store } from '../src/backends/sqlite/thread.ts'

declare module 'fastify' {
  interface FastifyInstance { store: Store }
}

export default fp(async (app: FastifyInstance) => {
  const { DATA_DIR, SQLITE_OPEN_COMPANIES } = app.config
  const store = createStore({ dataDir: DATA_DIR, openFiles: SQLITE_OPEN_COMPANIES })
  app.decorate('store', store)
  app.addHook('onClose', () => store.close())
}, { name: 'store', dependencies: ['config'] })
