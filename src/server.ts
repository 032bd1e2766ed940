// Starts the service: settings, app, listen; drains on SIGTERM and SIGINT.
import { growYoungGeneration } from './heap.ts'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { settlesWithin } from './async/signals.ts'
import { loadConfig, type Config } from './config.ts'
import { endAtOnce } from './end-at-once.ts'
import { CodedError } from './errors.ts'
import { listen } from './listen.ts'
import { isLoopback } from './loopback.ts'
import { makeKey } from './keys/key.ts'
import type { KeyStore } from './keys/store.ts'
import type { Language } from './types.ts'

/** Asked in the example when a company has no common questions. */
const firstQuestions: Record<Language, string> = {
  fr: 'Quels sont les délais de livraison ?',
  en: 'What are the delivery times?',
  es: '¿Cuánto tarda la entrega?',
  de: 'Wie lange dauert die Lieferung?',
  und: 'What are the delivery times?',
}
/** Limits the wait for the list of companies at the start. */
const companiesMs = 3000
/** After SIGTERM the service listens for this long, even when idle: a balancer learns from a 503, not from refused connections. */
const drainMs = 1000

function fail (message: string): never {
  process.stderr.write(`causerie: ${message}\n`)
  endAtOnce(1)
}

function readConfig (): Config {
  try {
    return loadConfig()
  } catch (error) {
    return fail(`${(error as Error).message}\nThe settings are explained in .env.example.`)
  }
}

const config = readConfig()
// Before it listens there is nothing to finish, and what is written is written whole or not at all.
const stopStarting = () => endAtOnce(0)
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stopStarting)
try {
  // Loaded with a small heap.
  const { buildApp } = await import('./app.ts')
  const app = await buildApp(config)
  growYoungGeneration(app.answerEvents)
  closeWithGrace({ delay: (config.SHUTDOWN_SECONDS + 5) * 1000, logger: app.log }, async ({ err, signal }) => {
    if (err) app.log.fatal({ err }, 'closing after an error')
    if (!err && !app.server.listening) endAtOnce(0)
    app.startClosing()
    if (signal === 'SIGTERM') await sleep(drainMs)
    await app.close()
    // A thread that loads a model, or runs one, would crash the usual end.
    if (!err && !await settlesWithin(1, app.embedder.close())) endAtOnce(0)
  })
  for (const signal of ['SIGTERM', 'SIGINT']) process.off(signal, stopStarting)
  const hasKeys = await app.keys.any().catch(error => {
    app.log.warn({ err: error }, 'the keys cannot be read')
    return true
  })
  await listen(app, config.HOST, config.PORT)
  // Other machines need a key, so there must be one from the start. A start that fails leaves none behind.
  if (!hasKeys && !isLoopback(config.HOST)) {
    if (config.PRINT_FIRST_KEY) await showFirstKey(app.keys)
    else app.log.warn('there is no API key yet; make one here: causerie keys create --any --scope admin')
  }
  if (!hasKeys && isLoopback(config.HOST)) app.log.info('no key is required, since there has never been one; only this machine is served')
  await app.samplesLoaded
  if (!app.isClosing()) process.stdout.write(await readyText(app, hasKeys || !isLoopback(config.HOST)))
} catch (error) {
  const { code, message, syscall } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') fail(`Port ${config.PORT} is in use. Set PORT to another one.`)
  if (code === 'EACCES' && 'port' in (error as object)) fail(`PORT ${config.PORT} is not allowed for this user. Set PORT above 1023.`)
  // EINVAL: an address of a link without its interface.
  const isOfHost = syscall === 'listen' && (code === 'EINVAL' || code === 'EAFNOSUPPORT')
  if (isOfHost || ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'].includes(code ?? '')) {
    fail(`HOST ${config.HOST} is not an address of this machine. Set HOST to one of its addresses, or to 0.0.0.0 for all.`)
  }
  fail(error instanceof CodedError ? `${message} (${error.code})` : message)
}

/** Returns the address to open and, if there is a company, a command that asks it a question in its language. */
async function readyText (app: FastifyInstance, needsKey: boolean): Promise<string> {
  const { address, family, port } = app.server.address() as AddressInfo
  const host = ['0.0.0.0', '::'].includes(address) ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address
  const url = `http://${host}:${port}`
  const ready = `\n  Causerie is ready: ${url}\n  Open it in a browser to ask, add documents and see how it does. All routes: ${url}/docs\n`
  try {
    const [company] = await app.profileStore.companies(AbortSignal.timeout(companiesMs))
    const profile = company === undefined ? null : await app.profiles.get(company)
    if (!profile) return `${ready}\n`
    const message = profile.commonQuestions[0] ?? firstQuestions[profile.language]
    const body = JSON.stringify({ company_id: profile.id, user_id: 'me', message }).replaceAll('\'', '\'\\\'\'')
    const key = needsKey ? ' -H \'Authorization: Bearer <key>\'' : ''
    return `${ready}\n  Or ask ${profile.name} here:\n\n    curl -N ${url}/chat${key} -H 'Content-Type: application/json' -d '${body}'\n\n`
  } catch {
    // The log and /ready report the problem with the profiles.
    return `${ready}\n`
  }
}

/** Creates an admin key and writes it to standard output, once. It is never logged, and stored only as a hash. */
async function showFirstKey (keys: KeyStore): Promise<void> {
  const { text, key } = makeKey({ company: null, scopes: ['admin'], name: 'first start' })
  await keys.create(key)
  process.stdout.write(`
  There was no API key yet. This one may do everything. It is not shown again:

    ${text}

  Send it as "Authorization: Bearer <key>". More keys: causerie keys create --help

`)
}
