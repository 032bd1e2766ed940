// Sets up tracing, when OTEL_EXPORTER_OTLP_ENDPOINT is set: spans of requests and questions. Else nothing of it is loaded.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Asked } from '../src/chat/question.ts'
import type { Ask } from '../src/chat/ask.ts'
import type { Embedder } from '../src/embed/embedder.ts'
import type { LanguageModel } from '../src/llm/model.ts'
import type { SearchEngine } from '../src/search/engine.ts'
import type { TracedSpan, Tracer } from '../src/tracing/tracing.ts'

export interface Tracing {
  engine (engine: SearchEngine): SearchEngine
  embedder (embedder: Embedder): Embedder
  model (model: LanguageModel): LanguageModel
  ask (ask: Ask): Ask
  /** Returns the ids of what runs, to lead to its trace. */
  ids: Tracer['ids']
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Null when nothing is traced: then no part is wrapped. */
    tracing: Tracing | null
  }
}

/** Asked all the time, by machines. */
const untraced = new Set(['/health', '/ready', '/metrics'])

export default fp(async (app: FastifyInstance, { tracer }: { tracer: Tracer | null }) => {
  if (!tracer) {
    app.decorate('tracing', null)
    return
  }
  const { tracedEmbedder, tracedEngine, tracedModel, errorType } = await import('../src/tracing/parts.ts')

  const spans = new WeakMap<FastifyRequest, TracedSpan>()
  app.addHook('onRequest', (request, reply, done) => {
    const { method, routeOptions: { url: route }, headers } = request
    if (route === undefined || untraced.has(route)) return done()
    const span = tracer.startRequest(`${method} ${route}`, headers.traceparent as string | undefined, {
      'http.request.method': method, 'http.route': route, 'url.scheme': request.protocol,
    })
    reply.raw.once('close', () => {
      span.set({ 'http.response.status_code': reply.statusCode })
      span.end(reply.statusCode >= 500 ? String(reply.statusCode) : undefined)
    })
    spans.set(request, span)
    done()
  })
  // Only here: a body arrives by events of its socket, which know nothing of the hooks before.
  app.addHook('preHandler', (request, _, done) => {
    const span = spans.get(request)
    if (span) span.run(done)
    else done()
  })

  /** The question, from its arrival to its last event. One that joins a running answer has a span of its own. */
  const traceQuestion = (ask: Ask) => async (asked: Asked) => {
    const span = tracer.start('invoke_agent causerie', 'internal', {
      'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'causerie', 'gen_ai.data_source.id': asked.company,
      'gen_ai.provider.name': 'causerie',
      ...(asked.conversation === undefined ? {} : { 'gen_ai.conversation.id': asked.conversation }),
    })
    try {
      const reader = await span.run(() => ask(asked))
      span.set({ 'causerie.answer_id': reader.answerId, 'causerie.cache': reader.cache })
      reader.whenEnded(events => {
        const first = events.at(0)
        const last = events.at(-1)
        if (first?.type === 'start') span.set({ 'gen_ai.conversation.id': first.conversation_id })
        if (last?.type === 'finish') {
          span.set({ 'gen_ai.response.finish_reasons': [last.finish_reason], 'causerie.answered_by': last.answered_by })
        }
        span.end(last?.type === 'error' ? last.code : undefined)
      })
      // An answer that all clients have left ends without telling its readers.
      const { close } = reader
      reader.close = () => {
        close()
        span.end()
      }
      return reader
    } catch (error) {
      span.end(errorType(error))
      throw error
    }
  }

  app.decorate('tracing', {
    engine: (engine: SearchEngine) => tracedEngine(engine, tracer),
    embedder: (embedder: Embedder) => tracedEmbedder(embedder, tracer),
    model: (model: LanguageModel) => tracedModel(model, tracer),
    ask: traceQuestion,
    ids: tracer.ids,
  })
  // The back ends close first, so that their last spans are sent too.
  app.addHook('onClose', () => tracer.close())
}, { name: 'tracing' })
