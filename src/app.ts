// The service, put together: every plugin and route, in order.
import { readFileSync } from 'node:fs'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import answers from '../plugins/answers.ts'
import atOnce from '../plugins/at-once.ts'
import auth from '../plugins/auth.ts'
import backends from '../plugins/backends.ts'
import companies from '../plugins/companies.ts'
import configPlugin from '../plugins/config.ts'
import curated from '../plugins/curated.ts'
import consolePlugin from '../plugins/console.ts'
import conversations from '../plugins/conversations.ts'
import docs from '../plugins/docs.ts'
import documents from '../plugins/documents.ts'
import erasure from '../plugins/erasure.ts'
import errors, { answerBrokenRequest, answerUnroutable } from '../plugins/errors.ts'
import evaluations from '../plugins/evaluations.ts'
import feedback from '../plugins/feedback.ts'
import gaps from '../plugins/gaps.ts'
import http from '../plugins/http.ts'
import learning from '../plugins/learning.ts'
import metrics from '../plugins/metrics.ts'
import models from '../plugins/models.ts'
import people from '../plugins/people.ts'
import profiles from '../plugins/profiles.ts'
import rateLimit from '../plugins/rate-limit.ts'
import readiness from '../plugins/readiness.ts'
import search from '../plugins/search.ts'
import sources from '../plugins/sources.ts'
import suggest from '../plugins/suggest.ts'
import tracing from '../plugins/tracing.ts'
import uploads from '../plugins/uploads.ts'
import usage from '../plugins/usage.ts'
import warm from '../plugins/warm.ts'
import webhooksPlugin from '../plugins/webhooks.ts'
import widget from '../plugins/widget.ts'
import access from '../routes/access.ts'
import aiSdk from '../routes/ai-sdk.ts'
import chat from '../routes/chat.ts'
import companyKeys from '../routes/company-keys.ts'
import operatorKeys from '../routes/operator-keys.ts'
import companyProfiles from '../routes/company-profiles.ts'
import conversationRoutes from '../routes/conversations.ts'
import documentRoutes from '../routes/documents.ts'
import feedbackRoutes from '../routes/feedback.ts'
import curatedRoutes from '../routes/curated.ts'
import evaluationRoutes from '../routes/evaluations.ts'
import evaluationRunRoutes from '../routes/evaluation-runs.ts'
import gapRoutes from '../routes/gaps.ts'
import knowledge from '../routes/knowledge.ts'
import learningRoutes from '../routes/learning.ts'
import uploadRoutes from '../routes/uploads.ts'
import mcp from '../routes/mcp.ts'
import openai from '../routes/openai.ts'
import questions from '../routes/questions.ts'
import searchRoute from '../routes/search.ts'
import sourceRoutes from '../routes/sources.ts'
import status from '../routes/status.ts'
import suggestRoute from '../routes/suggest.ts'
import tasks from '../routes/tasks.ts'
import usageRoutes from '../routes/usage.ts'
import users from '../routes/users.ts'
import visitors from '../routes/visitors.ts'
import warmRoute from '../routes/warm.ts'
import webhooks from '../routes/webhooks.ts'
import type { Config } from './config.ts'
import { readPathPrefix, trustedProxies, withoutPathPrefix } from './http-settings.ts'
import type { Embedder } from './embed/embedder.ts'
import type { ReaderPool } from './ingest/reader-pool.ts'
import type { LanguageModel } from './llm/model.ts'
import type { ProfileStore } from './profiles/store.ts'
import type { SearchEngine } from './search/engine.ts'
import { readOtlpHeaders } from './tracing/headers.ts'
import type { Tracer } from './tracing/tracing.ts'

/** Parts to use instead of the configured ones. */
export interface Overrides {
  embedder?: Embedder
  engine?: SearchEngine
  model?: LanguageModel
  profileStore?: ProfileStore
  readers?: ReaderPool
  logger?: FastifyServerOptions['logger']
  /** Makes the functions that validate requests and write responses. */
  schemaController?: FastifyServerOptions['schemaController']
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

/** Builds the service; nothing listens yet. Throws STORE_UNREADABLE when its data directory cannot be used. */
export async function buildApp (config: Config, overrides: Overrides = {}): Promise<FastifyInstance> {
  const basePath = readPathPrefix(config.BASE_PATH)!
  const tracer = await openTracer(config)
  const app = Fastify({
    logger: withTraceIds(overrides.logger ?? loggerOptions(config), tracer),
    // One line for each answer is logged instead: see plugins/metrics.ts.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.MAX_BODY_BYTES,
    trustProxy: trustedProxies(config.TRUST_PROXY)!,
    // Both are served: a health check may come past the proxy.
    ...(basePath === '' ? {} : { rewriteUrl: ({ url = '/' }: { url?: string }) => withoutPathPrefix(url, basePath) }),
    forceCloseConnections: 'idle',
    // The app answers by itself while it drains, with a coded error (plugins/answers.ts).
    return503OnClosing: false,
    // This also limits the closing, which waits for running answers.
    pluginTimeout: (config.SHUTDOWN_SECONDS + 10) * 1000,
    // The longest upload; other bodies are given less (plugins/http.ts).
    requestTimeout: 3_600_000,
    http: { headersTimeout: 30_000 },
    keepAliveTimeout: 72_000,
    routerOptions: {
      // The ids of documents and of users are part of addresses: 256 characters, each up to nine of an address.
      maxParamLength: 2304,
      // People join addresses by hand: a base that ends with a slash, a path that begins with one.
      ignoreDuplicateSlashes: true,
      ignoreTrailingSlash: true,
    },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: answerUnroutable,
    ...(overrides.schemaController ? { schemaController: overrides.schemaController } : {}),
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false } },
  }).withTypeProvider<TypeBoxTypeProvider>()

  // A plugin is closed before the ones that it depends on, except that `preClose` hooks run in this order.
  await app.register(configPlugin, { config })
  await app.register(tracing, { tracer })
  await app.register(errors)
  await app.register(http)
  await app.register(atOnce)
  await app.register(docs, { version })
  await app.register(consolePlugin)
  await app.register(widget)
  await app.register(backends)
  await app.register(people)
  await app.register(auth)
  await app.register(profiles, { profileStore: overrides.profileStore })
  await app.register(models, { embedder: overrides.embedder, model: overrides.model })
  await app.register(search, { engine: overrides.engine })
  await app.register(conversations)
  await app.register(usage)
  await app.register(answers)
  await app.register(feedback)
  await app.register(documents)
  await app.register(companies)
  await app.register(suggest)
  await app.register(curated)
  await app.register(evaluations)
  await app.register(sources)
  await app.register(gaps)
  await app.register(learning)
  await app.register(webhooksPlugin)
  await app.register(uploads, { readers: overrides.readers })
  await app.register(erasure)
  await app.register(warm)
  await app.register(rateLimit)
  await app.register(readiness)
  await app.register(metrics, { version })

  await app.register(questions)
  await app.register(chat)
  await app.register(searchRoute)
  await app.register(suggestRoute)
  await app.register(conversationRoutes)
  await app.register(feedbackRoutes)
  await app.register(gapRoutes)
  await app.register(curatedRoutes)
  await app.register(evaluationRoutes)
  await app.register(evaluationRunRoutes)
  await app.register(sourceRoutes)
  await app.register(learningRoutes)
  await app.register(aiSdk)
  await app.register(openai)
  await app.register(mcp, { version })
  await app.register(documentRoutes)
  await app.register(knowledge)
  await app.register(uploadRoutes)
  await app.register(tasks)
  await app.register(status, { version })
  await app.register(access, { version })
  await app.register(companyProfiles)
  await app.register(companyKeys)
  await app.register(operatorKeys)
  await app.register(users)
  await app.register(usageRoutes)
  await app.register(visitors)
  await app.register(warmRoute)
  await app.register(webhooks)
  return app
}

/** Lines for people on a developer's terminal, JSON everywhere else. */
function loggerOptions ({ LOG_LEVEL: level, PROFILE }: Config): FastifyServerOptions['logger'] {
  if (PROFILE !== 'development' || !process.stdout.isTTY) return { level }
  return { level, transport: { target: 'pino-pretty', options: { translateTime: 'HH:MM:ss', ignore: 'pid,hostname' } } }
}

/** Loads OpenTelemetry only when it is asked for. */
async function openTracer (config: Config): Promise<Tracer | null> {
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT === '') return null
  const { createTracer } = await import('./tracing/tracing.ts')
  const { LLM_URL, LLM_FALLBACK_URL, MEILI_URL, SUPABASE_URL } = config
  const origins = [LLM_URL, LLM_FALLBACK_URL, MEILI_URL, SUPABASE_URL.replace(/^postgrest\+/, '')].filter(Boolean)
  return createTracer({
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: readOtlpHeaders(config.OTEL_EXPORTER_OTLP_HEADERS),
    serviceName: config.OTEL_SERVICE_NAME,
    version,
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
    capturesContent: ['true', 'span_only', 'span_and_event'].includes(config.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT),
    provider: config.LLM_API,
    origins: origins.map(url => new URL(url).origin),
  })
}

/** Adds the ids of the trace to the log lines of what is traced. */
function withTraceIds (logger: FastifyServerOptions['logger'], tracer: Tracer | null): FastifyServerOptions['logger'] {
  return tracer && typeof logger === 'object' ? { ...logger, mixin: () => tracer.ids() ?? {} } : logger
}
