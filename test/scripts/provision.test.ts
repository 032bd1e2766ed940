// The command that fetches models: its exit code and what it draws.

import { stripVTControlCharacters } from 'node:util'
import t from 'tap'
import { main } from '../../scripts/provision.ts'
import { ProvisionError } from '../../src/embed/provision.ts'
import type { ProvisionRequest } from '../../src/embed/provision.ts'

const found = async ({ id }: ProvisionRequest) => ({ repository: id, dtype: 'q4', dir: `/models/${id}`, source: 'disk' as const })

async function downloading ({ id, onProgress }: ProvisionRequest) {
  onProgress?.({ source: 'hub', received: 0, total: 0 })
  for (let received = 0; received <= 100; received++) onProgress?.({ source: 'hub', received: received * 1e5, total: 1e7 })
  return { repository: id, dtype: 'q4', dir: `/models/${id}`, source: 'hub' as const }
}

function output (isTTY: boolean) {
  return { isTTY, text: '', write (text: string) { this.text += text } }
}

t.test('prints plain lines at steps when not on a terminal', async (t) => {
  const out = output(false)
  t.equal(await main(['--model', 'a/b', '--models-dir', '/models'], downloading, out), 0)
  t.same(out.text.split('\n'), [
    'a/b: asking the hub …', 'a/b: 20 % of 10.0 MB', 'a/b: 40 % of 10.0 MB', 'a/b: 60 % of 10.0 MB',
    'a/b: 80 % of 10.0 MB', 'a/b: 100 % of 10.0 MB', 'a/b: fetched (hub) to /models/a/b', ''
  ])
})

t.test('draws a bar over itself on a terminal', async (t) => {
  const out = output(true)
  t.equal(await main([], downloading, out), 0)
  const text = stripVTControlCharacters(out.text)
  t.match(text, '100 % 10.0/10.0 MB')
  t.match(text, /MB, \d+(\.\d)?\/s, hub/)
  t.match(text, '█'.repeat(30))
  t.equal(out.text.split('\n').length, 2, 'one line in the end')
})

t.test('provisions each model of a list, with the given options', async (t) => {
  const requests: ProvisionRequest[] = []
  const provision = (request: ProvisionRequest) => {
    requests.push(request)
    return found(request)
  }
  const argv = ['--model', 'a/b, c/d', '--model', 'e/f', '--dtype', 'q8', '--models-dir', '/m', '--hub-url', 'http://hub']
  t.equal(await main(argv, provision, output(false)), 0)
  t.same(requests.map(({ id }) => id), ['a/b', 'c/d', 'e/f'])
  t.match(requests[0], { dtype: 'q8', modelsDir: '/m', hubUrl: 'http://hub' })
})

t.test('reports a model that is unavailable, and exits with 1', async (t) => {
  const out = output(false)
  const provision = (request: ProvisionRequest) =>
    request.id === 'a/b' ? Promise.reject(new ProvisionError('The model a/b is not available.')) : found(request)
  t.equal(await main(['--model', 'a/b,c/d'], provision, out), 1)
  t.match(out.text, 'The model a/b is not available.\nc/d: ready in /models/c/d\n')
})

t.test('explains itself with --help; also fails and explains for an unknown option', async (t) => {
  const never = async () => t.fail('nothing to fetch') as never
  const help = output(false)
  t.equal(await main(['--help'], never, help), 0)
  t.match(help.text, '--models-dir <path>')
  const unknown = output(false)
  t.equal(await main(['--modle', 'x'], never, unknown), 1)
  t.match(unknown.text, /Unknown option '--modle'[\s\S]*Usage/)
})
