// Word vectors that are read from their file: the graph without them, and the vectors of the same model with and without.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import t from 'tap'
import { createOnnxWriter } from '../../src/embed/conversion/onnx-writer.ts'
import { defaultModelId, repositoryOf } from '../../src/embed/models.ts'
import { takeOutWords } from '../../src/embed/onnx-words.ts'
import { bytes, fieldsOf, float, integer } from '../../src/embed/protobuf.ts'
import { sessionOptions } from '../../src/embed/run-model.ts'
import { openSession } from '../../src/embed/word-rows.ts'
import { createTextEncoder } from '../../src/embed/text-encoder.ts'
import { embedFolder, embedModels } from '../fixtures/embed-models.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const [rows, width] = [20_000, 64]

/** Writes a model that looks up the rows of its tokens, and adds one to each number. Returns its path. */
async function writeModel (folder: string, change: { uses?: number, axis?: number, rows?: number } = {}): Promise<string> {
  const path = join(folder, 'model.onnx')
  const { constant, node, finish } = createOnnxWriter(path, 'words')
  const count = change.rows ?? rows
  constant('words', 'float32', [count, width], Float32Array.from({ length: count * width }, (_, i) => i))
  constant('one', 'float32', [], Float32Array.of(1))
  const attributes: Record<string, number> = change.axis === undefined ? {} : { axis: change.axis }
  const found = Array.from({ length: change.uses ?? 1 }, (_, i) => node('Gather', ['words', 'input_ids'], `rows_${i}`, attributes))
  node('Add', [found.at(-1)!, 'one'], 'last_hidden_state')
  finish([{ name: 'input_ids', type: 'int64', dims: ['texts', 'tokens'] }],
    [{ name: 'last_hidden_state', type: 'float32', dims: ['texts', 'tokens', width] }])
  return path
}

t.test('the default model gives the same numbers without its table in memory', async (t) => {
  const modelsDir = await embedModels()
  const path = join(modelsDir, repositoryOf(defaultModelId), 'onnx/model_q4.onnx')
  const whole = await InferenceSession.create(path, sessionOptions(1))
  const { session, words, release } = await openSession(path, sessionOptions(1))
  t.teardown(() => Promise.all([whole.release(), release()]))
  t.ok(words, 'its table stays in the file')
  const encoder = await createTextEncoder(modelsDir, repositoryOf(defaultModelId))
  const { ids, mask, dims } = encoder.encode(['Livraison', 'How long does the delivery take?', '配送は三日以内です 👍🏽'], 20)
  const feeds = {
    input_ids: new Tensor('int64', ids, dims), attention_mask: new Tensor('int64', mask, dims),
    token_type_ids: new Tensor('int64', new BigInt64Array(ids.length), dims)
  }
  const expected = (await whole.run(feeds)).last_hidden_state!
  const found = (await session.run({ ...feeds, [words!.input]: words!.read(ids, dims) })).last_hidden_state!
  t.same(found.dims, expected.dims)
  t.ok((found.data as Float32Array).every((value, i) => value === (expected.data as Float32Array)[i]))
})

t.test('each token gets its own row', async (t) => {
  const { session, words, release } = await openSession(await writeModel(await embedFolder(t)), sessionOptions(1))
  t.teardown(release)
  await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 0, max: rows - 1 }), { minLength: 1, maxLength: 30 }), async (tokens) => {
    const ids = BigInt64Array.from(tokens, BigInt)
    const dims = [1, tokens.length]
    const feeds = Object.fromEntries(session.inputNames.map((name) =>
      [name, name === words!.input ? words!.read(ids, dims) : new Tensor('int64', ids, dims)]))
    const { data } = (await session.run(feeds)).last_hidden_state!
    const isRight = (value: number, i: number) => value === Math.fround(tokens[Math.floor(i / width)]! * width + i % width) + 1
    return data.length === tokens.length * width && (data as Float32Array).every(isRight)
  }), propertyRuns(100))
})

t.test('a token that the model does not know is an error, not another one\'s row', async (t) => {
  const { words, release } = await openSession(await writeModel(await embedFolder(t)), sessionOptions(1))
  t.teardown(release)
  for (const id of [-1n, BigInt(rows)]) t.throws(() => words!.read(BigInt64Array.of(0n, id), [1, 2]), /no vector of token/)
})

t.test('a table that is small, used twice or looked up by columns stays in the model', async (t) => {
  for (const change of [{ rows: 1000 }, { uses: 2 }, { axis: 1 }]) {
    const { words, release } = await openSession(await writeModel(await embedFolder(t), change), sessionOptions(1))
    await release()
    t.equal(words, undefined, JSON.stringify(change))
  }
})

t.test('a file that is no model is an error of the runtime', async (t) => {
  const path = join(await embedFolder(t), 'model.onnx')
  await writeFile(path, 'graph')
  await t.rejects(openSession(path, sessionOptions(1)))
  t.throws(() => takeOutWords(Buffer.from('graph')))
})

t.test('fields are read as they were written', async () => {
  const field = fc.integer({ min: 1, max: 1000 })
  const anyField = fc.oneof(
    fc.tuple(field, fc.maxSafeInteger()).map(([number, value]) => ({ number, value, encoded: integer(number, value) })),
    fc.tuple(field, fc.uint8Array()).map(([number, value]) => ({ number, value, encoded: bytes(number, value) })),
    fc.tuple(field, fc.float()).map(([number, value]) =>
      ({ number, value: new Uint8Array(Float32Array.of(value).buffer), encoded: float(number, value) }))
  )
  const plain = (value: number | Uint8Array) => typeof value === 'number' ? value : Buffer.from(value).toString('hex')
  fc.assert(fc.property(fc.array(anyField), (fields) => {
    const found = fieldsOf(Buffer.concat(fields.map(({ encoded }) => encoded)))
    return found.length === fields.length && found.every(({ number, value, encoded }, i) =>
      number === fields[i]!.number && plain(value) === plain(fields[i]!.value) && plain(encoded) === plain(fields[i]!.encoded))
  }), propertyRuns(500))
})
