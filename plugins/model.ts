// The language model, warmed from the start.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createModel } from '../src/llm/create.ts'
import type { LanguageModel } from '../src/llm/model.ts'

declare module 'fastify' {
  interface FastifyInstance { model: LanguageModel }
}

export default fp(async (app: FastifyInstance, { model }: { model?: LanguageModel }) => {
  const used = model ?? createModel(app.config, app.log)
  app.decorate('model', used)
  app.addHook('onReady', async () => { used.warmUp() })
  app.addHook('onClose', () => used.close())
}, { name: 'model', dependencies: ['config'] })
