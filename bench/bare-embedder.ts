// The embedder's baseline: a transformers.js pipeline in a plain worker thread, one text per call.
import { parentPort, workerData } from 'node:worker_threads'
import { env, pipeline } from '@huggingface/transformers'

const { modelsDir, repository, dtype } = workerData as { modelsDir: string, repository: string, dtype: 'q4' }
env.allowRemoteModels = false
env.localModelPath = modelsDir
const extract = await pipeline('feature-extraction', repository, { dtype, device: 'cpu', session_options: { intraOpNumThreads: 1 } })

parentPort!.on('message', async (text: string) => {
  const { data } = await extract(text, { pooling: 'mean', normalize: true })
  parentPort!.postMessage(data)
})
parentPort!.postMessage('ready')
