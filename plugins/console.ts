// Serves the console at `/`: static files under names that contain their hash, with headers that let the page load nothing else.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import serveStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { coded } from '../src/errors.ts'

/** Made by scripts/web.mjs. */
const defaultFolder = fileURLToPath(new URL('../web/dist', import.meta.url))

const pageHeaders = {
  'content-security-policy': [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:",
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  // The page names the current files, so it is asked for each time; mostly nothing has changed (ETag).
  'cache-control': 'no-cache',
}

export default fp(async (app: FastifyInstance, { folder = defaultFolder }: { folder?: string }) => {
  // Files that have not been built may be, while the service runs.
  const isBuilt = () => existsSync(`${folder}/index.html`)
  await app.register(async scope => {
    // A folder that is missing is no reason to warn: only the console needs it.
    await scope.register(serveStatic, { root: folder, serve: false, preCompressed: true, cacheControl: false, suppressWarning: true })
    scope.get('/', { schema: { hide: true } }, async (request, reply) => {
      // Under a path, the page's relative addresses need the slash at its end.
      const [path] = request.originalUrl.split('?') as [string]
      if (!path.endsWith('/')) return reply.redirect(`${path.slice(path.lastIndexOf('/') + 1)}/`)
      if (!isBuilt()) throw coded('NOT_FOUND', 'The console is not built: npm run web. The addresses are listed at /docs.')
      return reply.headers(pageHeaders).sendFile('index.html')
    })
    scope.get<{ Params: { file: string } }>('/console/:file', { schema: { hide: true } }, async (request, reply) => {
      const { file } = request.params
      if (!/^[a-z-]+-[A-Z0-9]{8}\.(js|css|svg|txt)$/.test(file) || !existsSync(`${folder}/console/${file}`)) throw coded('NOT_FOUND')
      return reply
        .headers({ 'cache-control': 'public, max-age=31536000, immutable', 'cross-origin-resource-policy': 'same-origin' })
        .sendFile(`console/${file}`)
    })
  })
}, { name: 'console' })
