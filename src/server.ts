// Starts the service: settings, app, listen; drains on SIGTERM and SIGINT.
import closeWithGrace from 'close-with-grace'
import { buildApp } from './app.ts'
import { isLoopback, loadConfig, type Config } from './config.ts'
import { makeKey } from './keys/key.ts'
import type { KeyStore } from './keys/store.ts'

function fail (message: string): never {
  process.stderr.write(`causerie: ${message}\n`)
  process.exit(1)
}

function readConfig (): Config {
  try {
    return loadConfig()
  } catch (error) {
    return fail(`${(error as Error).message}\nThe settings are explained in .env.example.`)
  }
}

const config = readConfig()
try {
  const app = await buildApp(config)
  closeWithGrace({ delay: (config.SHUTDOWN_SECONDS + 5) * 1000, logger: app.log }, async ({ err }) => {
    if (err) app.log.fatal({ err }, 'closing after an error')
    await app.close()
  })
  // Elsewhere than on this machine nothing is served without a key: there has to be one to begin with.
  const keyless = await app.keys.any().then(any => !any, error => {
    app.log.warn({ err: error }, 'the keys cannot be read')
    return false
  })
  if (keyless && !isLoopback(config.HOST)) await showFirstKey(app.keys)
  await app.listen({ host: config.HOST, port: config.PORT })
  if (keyless && isLoopback(config.HOST)) app.log.info('no keys are asked for, since there is none: only this machine is served')
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') fail(`port ${config.PORT} is taken; set PORT to another one.`)
  fail(message)
}

/** Makes an admin's key and writes it to the terminal, once; it is in no log and nowhere in clear. */
async function showFirstKey (keys: KeyStore): Promise<void> {
  const { text, key } = makeKey({ company: null, scopes: ['admin'], name: 'first start' })
  await keys.create(key)
  process.stdout.write(`
  There was no API key yet. This one may do everything, and is not shown again:

    ${text}

  Send it as "Authorization: Bearer <key>". More keys: causerie keys create --help

`)
}
