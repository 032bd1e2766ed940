// Serves the shop's page, as any web server would, and tells it where Causerie is.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { startService } from '../start-service.mjs'

const port = Number(process.env.PORT ?? 5170)
const origin = `http://127.0.0.1:${port}`
const causerie = await startService(origin)
const types = { html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8' }

createServer(async ({ url = '/' }, response) => {
  const name = url === '/' ? 'index.html' : url.slice(1)
  if (!['index.html', 'shop.css'].includes(name)) return response.writeHead(404).end()
  const text = await readFile(new URL(name, import.meta.url), 'utf8')
  response.writeHead(200, {
    'content-type': types[name.split('.')[1]],
    // All that the widget needs.
    'content-security-policy': `default-src 'none'; style-src 'self'; img-src data:; script-src ${causerie}; connect-src ${causerie}`,
  }).end(text.replaceAll('https://chat.example', causerie))
}).listen(port, '127.0.0.1', () => console.log(`The shop is open: ${origin}`))
