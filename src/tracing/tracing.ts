// Traces of questions by OpenTelemetry, with the conventions for generative AI. Loaded only when an endpoint is set.
import { AsyncLocalStorage } from 'node:async_hooks'
import diagnosticsChannel from 'node:diagnostics_channel'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace, type Attributes, type Context, type Span } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace'
import { settlesWithin } from '../async/signals.ts'
import { readTraceParent, writeTraceParent } from './trace-parent.ts'

export interface TracingOptions {
  /** The base of an OTLP receiver by HTTP: `http://127.0.0.1:4318`. */
  endpoint: string
  headers: Record<string, string>
  serviceName: string
  version: string
  /** The share of the traces begun here that are kept, 0 to 1. */
  ratio: number
  /** Questions, prompts and answers become attributes. */
  capturesContent: boolean
  /** The name of the language model's API. */
  provider: string
  /** The servers that are told of the trace, by their origins. No other one is. */
  origins: readonly string[]
}

export interface Tracer {
  readonly capturesContent: boolean
  readonly provider: string
  /** Starts a span below the one of this asynchronous context. */
  start (name: string, kind: 'internal' | 'client', attributes: Attributes): TracedSpan
  /** Starts the span of a request that has come, below that of its client. */
  startRequest (name: string, traceParent: string | undefined, attributes: Attributes): TracedSpan
  /** Returns the ids of the span of this asynchronous context, for log lines. */
  ids (): { trace_id: string, span_id: string } | undefined
  /** Sends what there is, and stops. */
  close (): Promise<void>
}

export interface TracedSpan {
  /** Runs `work` inside the span: what it starts is below it. */
  run<T> (work: () => T): T
  set (attributes: Attributes): void
  /** Ends it, with an error's code if there was one. Later calls do nothing. */
  end (errorType?: string): void
}

/** At the end of the service, what was traced has so long to be sent. */
const closeMs = 3000
const kinds = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT }

export function createTracer (options: TracingOptions): Tracer {
  const { endpoint, headers, serviceName, version, ratio, capturesContent, provider, origins } = options
  const contexts = new AsyncLocalStorage<Context>()
  const traces = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor({
      exporter: new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, headers }),
    })],
  })
  const tracer = traces.getTracer('causerie', version)
  const allowed = new Set(origins)

  function traced (span: Span, parent: Context): TracedSpan {
    const context = trace.setSpan(parent, span)
    let isOpen = true
    return {
      run: work => contexts.run(context, work),
      set: attributes => { span.setAttributes(attributes) },
      end (errorType) {
        if (!isOpen) return
        isOpen = false
        if (errorType !== undefined) {
          span.setAttribute('error.type', errorType)
          span.setStatus({ code: SpanStatusCode.ERROR, message: errorType })
        }
        span.end()
      },
    }
  }

  /** Tells a server of this deployment which trace its request belongs to. */
  function announce (message: unknown): void {
    const context = contexts.getStore()
    const span = context && trace.getSpan(context)
    if (!span) return
    const { request } = message as { request: { origin?: unknown, addHeader (name: string, value: string): void } }
    if (allowed.has(String(request.origin))) request.addHeader('traceparent', writeTraceParent(span.spanContext()))
  }
  diagnosticsChannel.subscribe('undici:request:create', announce)

  return {
    capturesContent,
    provider,
    start (name, kind, attributes) {
      const parent = contexts.getStore() ?? ROOT_CONTEXT
      return traced(tracer.startSpan(name, { kind: kinds[kind], attributes }, parent), parent)
    },
    startRequest (name, traceParent, attributes) {
      const remote = readTraceParent(traceParent)
      const parent = remote
        ? trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true })
        : ROOT_CONTEXT
      return traced(tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent), parent)
    },
    ids () {
      const context = contexts.getStore()
      const span = context && trace.getSpanContext(context)
      return span && (span.traceFlags & TraceFlags.SAMPLED) !== 0 ? { trace_id: span.traceId, span_id: span.spanId } : undefined
    },
    async close () {
      diagnosticsChannel.unsubscribe('undici:request:create', announce)
      await settlesWithin(closeMs, traces.shutdown().catch(() => {}))
    },
  }
}
