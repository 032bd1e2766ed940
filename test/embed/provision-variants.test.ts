// Choosing among the variants of a model: precision, hub or package registry, scripts.

import { mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { provisionModel } from '../../src/embed/provision.ts'
import type { ProvisionProgress, ProvisionRequest } from '../../src/embed/provision.ts'
import { embedFolder } from '../fixtures/embed-models.ts'
import { setUp, tiny } from '../fixtures/embed-tiny.ts'
import { startHub } from '../fixtures/hub-server.ts'
import type { HubRepository } from '../fixtures/hub-server.ts'

/** Writes the files of a conversion, and records the requested scripts. */
function converting () {
  const asked: string[] = []
  const makeFromPackage: ProvisionRequest['makeFromPackage'] = async ({ scripts, into, onTotal, onBytes }) => {
    asked.push(scripts)
    onTotal?.(100)
    await mkdir(join(into, 'onnx'))
    await writeFile(join(into, 'config.json'), '{"transformers.js_config":{"use_external_data_format":{"model_int8.onnx":1}}}')
    for (const file of ['tokenizer.json', 'tokenizer_config.json', 'onnx/model_int8.onnx', 'onnx/model_int8.onnx_data']) {
      await writeFile(join(into, file), `${file} ${scripts}`)
    }
    onBytes?.(100)
  }
  return { asked, makeFromPackage }
}

const e5 = 'multilingual-e5-small'
const e5Repository = 'Xenova/multilingual-e5-small'
const e5Files: HubRepository = {
  ...tiny, 'onnx/model_quantized.onnx': Buffer.from('int8 of the hub'), 'onnx/model_int8.onnx': Buffer.from('other int8 of the hub')
}

t.test('the multilingual model comes from the hub where there is one', async (t) => {
  const hub = await startHub({ [e5Repository]: e5Files })
  t.teardown(() => hub.close())
  const modelsDir = await embedFolder(t)
  const makeFromPackage = async () => t.fail('must not be called') as never
  const request = { id: e5, dtype: 'auto', modelsDir, hubUrl: hub.url, makeFromPackage }
  t.match(await provisionModel(request), { source: 'hub', repository: e5Repository, dtype: 'q8' })
  t.match(await provisionModel(request), { source: 'disk', repository: e5Repository, dtype: 'q8' })
  t.match(await provisionModel({ ...request, dtype: 'q4' }), { source: 'hub', repository: e5Repository, dtype: 'q4' })
})

t.test('without a hub the multilingual model is made from a package of pip, for the scripts asked for', async (t) => {
  const modelsDir = await embedFolder(t)
  const { asked, makeFromPackage } = converting()
  const progress: ProvisionProgress[] = []
  const request = { id: e5, dtype: 'auto', modelsDir, hubUrl: '', makeFromPackage }
  const latin = { repository: 'causerie/multilingual-e5-small', dtype: 'int8' }
  t.match(await provisionModel({ ...request, onProgress: (p) => progress.push(p) }), { source: 'pip', ...latin })
  t.match(progress.at(-1), { source: 'pip', received: 100, total: 100 })
  t.match(await provisionModel(request), { source: 'disk', ...latin })
  t.match(await provisionModel({ ...request, dtype: 'int8' }), { source: 'disk', ...latin })
  t.match(await provisionModel({ ...request, scripts: 'all' }), { source: 'pip', repository: 'causerie/multilingual-e5-small-all' })
  t.same(asked, ['latin', 'all'])

  // Damaged files are converted again, as are those that do not load.
  await truncate(join(modelsDir, latin.repository, 'onnx/model_int8.onnx_data'), 3)
  t.match(await provisionModel(request), { source: 'pip' })
  t.match(await provisionModel({ ...request, recheck: true }), { source: 'pip' })
  t.match(await provisionModel(request), { source: 'disk' })
  await t.rejects(provisionModel({ ...request, dtype: 'q4' }), { message: /multilingual-e5-small \(q4\) is not available.*HUB_URL/ })
})

t.test('a conversion that fails is a reason, and leaves nothing', async (t) => {
  const modelsDir = await embedFolder(t)
  const request = { id: e5, dtype: 'auto', modelsDir, hubUrl: '' }
  await t.rejects(provisionModel({ ...request, makeFromPackage: async () => { throw new Error('pip is not installed here') } }), {
    name: 'ProvisionError', message: /on disk: config.json is missing.*hub: MODELS_HUB_URL is empty; pip: pip is not installed here\.$/
  })
  const { makeFromPackage } = converting()
  await t.rejects(provisionModel({
    ...request,
    async makeFromPackage (asked) {
      await makeFromPackage!(asked)
      await rm(join(asked.into, 'onnx/model_int8.onnx_data'))
    }
  }), { message: /pip: onnx\/model_int8.onnx_data is missing/ })
  t.same(await readdir(modelsDir), [])
})

t.test('a multilingual model that was converted elsewhere is accepted as it is', async (t) => {
  const modelsDir = await embedFolder(t)
  const dir = join(modelsDir, 'causerie/multilingual-e5-small')
  await mkdir(join(dir, 'onnx'), { recursive: true })
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) await writeFile(join(dir, file), '{}')
  await writeFile(join(dir, 'onnx/model_int8.onnx'), 'graph and weights in one file')
  const makeFromPackage = async () => t.fail('must not be called') as never
  const request = { id: e5, dtype: 'auto', modelsDir, hubUrl: '', makeFromPackage }
  t.match(await provisionModel(request), { source: 'disk', dtype: 'int8', dir })
})

t.test('with "auto" a model comes in the best precision that it has', async (t) => {
  const repository: HubRepository = { ...tiny, 'onnx/model_fp16.onnx': Buffer.from('fp16') }
  const small = await setUp(t, undefined, repository)
  t.match(await small.provision({ dtype: 'auto' }), { source: 'hub', dtype: 'q4' })
  const { 'onnx/model_q4.onnx': _, ...without } = repository
  const large = await setUp(t, undefined, without)
  t.match(await large.provision({ dtype: 'auto' }), { source: 'hub', dtype: 'fp16' })
  t.match(await large.provision({ dtype: 'auto' }), { source: 'disk', dtype: 'fp16' })
})
