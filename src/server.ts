// Starts the service: settings, app, listen; drains on SIGTERM and SIGINT.
import closeWithGrace from 'close-with-grace'
import { buildApp } from './app.ts'
import { loadConfig, type Config } from './config.ts'

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

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
if (!loopback.has(config.HOST) && !config.OPEN_ACCESS) {
  fail(`HOST is ${config.HOST}, but no credentials are checked: anyone who reaches it could ask for any company.\n` +
    'Keep HOST=127.0.0.1, or set OPEN_ACCESS=true when a gateway in front of it checks them.')
}

try {
  const app = await buildApp(config)
  closeWithGrace({ delay: (config.SHUTDOWN_SECONDS + 5) * 1000, logger: app.log }, async ({ err }) => {
    if (err) app.log.fatal({ err }, 'closing after an error')
    await app.close()
  })
  await app.listen({ host: config.HOST, port: config.PORT })
  app.log.info(config.OPEN_ACCESS ? 'no credentials are checked (OPEN_ACCESS)' : 'no credentials are checked: only this machine is served')
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') fail(`port ${config.PORT} is taken; set PORT to another one.`)
  fail(message)
}
