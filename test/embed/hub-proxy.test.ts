// The model hub behind the proxy of the settings, which may come from `.env` alone.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { embedderSettings, loadConfig } from '../../src/config.ts'
import { createHub } from '../../src/embed/hub.ts'
import { startForwardProxy } from '../fixtures/forward-proxy.ts'
import { startHub } from '../fixtures/hub-server.ts'
import { temporaryFolder } from '../helper.ts'

t.test('models are listed and downloaded through the proxy that `.env` names', async t => {
  const hub = await startHub({ 'acme/model': { 'config.json': Buffer.from('{"a":1}') } })
  t.teardown(hub.close)
  const proxy = await startForwardProxy(t, hub.url)
  const dir = await temporaryFolder(t)
  const envFile = join(dir, '.env')
  await writeFile(envFile, `HTTP_PROXY=${proxy.url}\nMODELS_HUB_URL=http://hub.corp.invalid\n`)
  const settings = embedderSettings(loadConfig({}, envFile))
  t.match(settings.environment, { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url }, 'so do npm and pip')

  const { list, download, close } = createHub({ url: settings.hubUrl, proxy: settings.proxy })
  t.teardown(close)
  t.same([...(await list('acme/model')).keys()], ['config.json'])
  await mkdir(join(dir, 'model'))
  await download('acme/model', 'config.json', join(dir, 'model', 'config.json'))
  t.equal(await readFile(join(dir, 'model', 'config.json'), 'utf8'), '{"a":1}')
  t.same(proxy.seen, ['GET hub.corp.invalid/api/models/acme/model', 'GET hub.corp.invalid/acme/model/resolve/main/config.json'])
})
