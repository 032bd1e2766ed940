// Serves the widget to the pages of other sites: `/widget.js`, and the files that it loads, under names that contain their hash.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import serveStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { coded } from '../src/errors.ts'

/** Made by scripts/web.mjs. */
const defaultFolder = fileURLToPath(new URL('../web/dist', import.meta.url))

/** Any page may load these files: they hold no secret, and are the same for everyone. */
const fileHeaders = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' }

export default fp(async (app: FastifyInstance, { folder = defaultFolder }: { folder?: string }) => {
  await app.register(async scope => {
    await scope.register(serveStatic, { root: folder, serve: false, preCompressed: true, cacheControl: false, suppressWarning: true })
    scope.get('/widget.js', { schema: { hide: true } }, async (_, reply) => {
      if (!existsSync(`${folder}/widget.js`)) throw coded('NOT_FOUND', 'The widget is not built: npm run web.')
      return reply.headers({ ...fileHeaders, 'cache-control': 'public, max-age=300' }).sendFile('widget.js')
    })
    scope.get<{ Params: { file: string } }>('/widget/:file', { schema: { hide: true } }, async (request, reply) => {
      const { file } = request.params
      if (!/^[a-z-]+-[A-Z0-9]{8}\.js$/.test(file) || !existsSync(`${folder}/widget/${file}`)) throw coded('NOT_FOUND')
      return reply.headers({ ...fileHeaders, 'cache-control': 'public, max-age=31536000, immutable' }).sendFile(`widget/${file}`)
    })
  })
}, { name: 'widget' })
