// Puts spans around the parts of a question: what is traced is what the parts' ports show.
import type { Embedder } from '../embed/embedder.ts'
import type { LanguageModel, ModelEnd, ModelRequest, TakeText } from '../llm/model.ts'
import type { SearchEngine } from '../search/engine.ts'
import type { TracedSpan, Tracer } from './tracing.ts'

const finishReasons = { stop: 'stop', length: 'length', filtered: 'content_filter', no_answer: 'stop' } as const

/** `retrieval <company>`: one search of the company's documents. */
export function tracedEngine (engine: SearchEngine, tracer: Tracer): SearchEngine {
  return {
    ...engine,
    async search (request) {
      const span = tracer.start(`retrieval ${request.company.id}`, 'client', {
        'gen_ai.operation.name': 'retrieval', 'gen_ai.data_source.id': request.company.id, 'gen_ai.request.top_k': request.limit,
      })
      return inside(span, () => engine.search(request), result => {
        span.set({ 'causerie.retrieval.passages': result.passages.length })
        if (result.degraded) span.set({ 'causerie.degraded': result.degraded })
        if (!tracer.capturesContent) return
        span.set({
          'gen_ai.retrieval.query.text': request.query.text,
          'gen_ai.retrieval.documents': JSON.stringify(result.passages.map(({ id, score }) => ({ id, score }))),
        })
      })
    },
  }
}

/** `embeddings <model>`: the vector of a question that is in no cache. */
export function tracedEmbedder (embedder: Embedder, tracer: Tracer): Embedder {
  return {
    ...embedder,
    async embedQuestion (text, model, company) {
      const name = model ?? embedder.defaultModel
      const span = tracer.start(`embeddings ${name}`, 'internal', {
        'gen_ai.operation.name': 'embeddings', 'gen_ai.provider.name': 'causerie', 'gen_ai.request.model': name,
      })
      return inside(span, () => embedder.embedQuestion(text, model, company), vector => {
        if (vector) span.set({ 'gen_ai.embeddings.dimension.count': vector.length })
      })
    },
  }
}

/** `chat <model>`: one answer of the language model, with its retries. */
export function tracedModel (model: LanguageModel, tracer: Tracer): LanguageModel {
  return { ...model, stream: (request, take) => traceStream(model, tracer, request, take) }
}

function traceStream (
  model: LanguageModel, { start, provider, capturesContent }: Tracer, request: ModelRequest, take: TakeText,
): Promise<ModelEnd> {
  const name = request.model ?? model.name
  const span = start(`chat ${name}`, 'client', {
    'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': model.kind === 'llm' ? provider : 'causerie', 'gen_ai.request.model': name,
    'gen_ai.request.max_tokens': request.maxTokens, 'gen_ai.request.temperature': request.temperature,
    ...(capturesContent ? { 'gen_ai.input.messages': JSON.stringify(request.messages.map(asMessage)) } : {}),
  })
  let text = ''
  const takeCaptured: TakeText = more => {
    text += more
    return take(more)
  }
  return inside(span, () => model.stream(request, capturesContent ? takeCaptured : take), ({ reason, usage }) => {
    span.set({
      'gen_ai.response.finish_reasons': [finishReasons[reason]],
      ...(usage ? { 'gen_ai.usage.input_tokens': usage.input_tokens, 'gen_ai.usage.output_tokens': usage.output_tokens } : {}),
      ...(capturesContent ? { 'gen_ai.output.messages': JSON.stringify([asMessage({ role: 'assistant', content: text })]) } : {}),
    })
  })
}

async function inside<T> (span: TracedSpan, work: () => Promise<T>, onResult: (result: T) => void): Promise<T> {
  try {
    const result = await span.run(work)
    onResult(result)
    span.end()
    return result
  } catch (error) {
    span.end(errorType(error))
    throw error
  }
}

/** Returns the code of an error, or its class. Its message may hold what a user wrote. */
export function errorType (error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown, name?: unknown }
  return typeof code === 'string' ? code : typeof name === 'string' ? name : '_OTHER'
}

function asMessage ({ role, content }: { role: string, content: string }): object {
  return { role, parts: [{ type: 'text', content }] }
}
