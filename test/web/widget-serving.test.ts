// The widget's files: small, for every page, and cacheable.
import t from 'tap'
import { buildWeb } from '../../scripts/web.mjs'
import { buildTestApp } from '../helper.ts'

const maxLoader = 5_000
const maxAll = 45_000

t.test('the loader and the panel are small, and any page may load them', async t => {
  await buildWeb()
  const { app } = await buildTestApp(t)
  const headers = { 'accept-encoding': 'gzip', origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' }
  const loader = await app.inject({ url: '/widget.js', headers })
  const [name] = (await app.inject('/widget.js')).body.match(/panel-[A-Z0-9]{8}\.js/)!
  const panel = await app.inject({ url: `/widget/${name}`, headers })
  for (const { statusCode, headers } of [loader, panel]) {
    t.equal(statusCode, 200)
    t.match(headers, {
      'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin', 'content-encoding': 'gzip',
      'content-type': /javascript/, 'x-content-type-options': 'nosniff', vary: /accept-encoding/i,
    })
  }
  t.equal(loader.headers['cache-control'], 'public, max-age=300')
  t.equal(panel.headers['cache-control'], 'public, max-age=31536000, immutable')
  const again = await app.inject({ url: '/widget.js', headers: { ...headers, 'if-none-match': String(loader.headers.etag) } })
  t.equal(again.statusCode, 304)
  const bytes = [loader, panel].map(({ rawPayload }) => rawPayload.length)
  t.comment(`${bytes.join(' + ')} bytes`)
  t.ok(bytes[0]! <= maxLoader)
  t.ok(bytes[0]! + bytes[1]! <= maxAll)
})

t.test('there is nothing else beside them', async t => {
  await buildWeb()
  const { app } = await buildTestApp(t)
  for (const path of ['/widget/panel-AAAAAAAA.js', '/widget/..%2fwidget.js', '/widget/panel.js', '/widget/']) {
    t.match((await app.inject(path)).json(), { statusCode: 404, code: 'NOT_FOUND' }, path)
  }
})
