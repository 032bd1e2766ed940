// Meilisearch as a back end: the search engine and, with a key that writes, the documents and their vectors.
import { createMeilisearchDocuments, type MeilisearchDocuments, type MeilisearchDocumentsOptions } from './documents.ts'
import { createMeilisearchEngine, type MeilisearchEngine, type MeilisearchOptions as EngineOptions } from './search/engine.ts'
import { createMeilisearchVectors, type MeilisearchVectors, type MeilisearchVectorsOptions } from './vectors.ts'

export interface MeilisearchOptions extends EngineOptions {
  /** A key that writes (`causerie meili keys --for writing`); empty = documents come in by `causerie meili load` alone. */
  writeKey: string
}

export interface Meilisearch {
  engine: MeilisearchEngine
  /** Null without a key that writes. */
  writing: MeilisearchWriting | null
  /** Closes the engine; documents and vectors are closed by their owners, before. */
  close (): Promise<void>
}

export interface MeilisearchWriting {
  openDocuments (options: Omit<MeilisearchDocumentsOptions, 'url' | 'apiKey'>): MeilisearchDocuments
  openVectors (options: Omit<MeilisearchVectorsOptions, 'url' | 'apiKey'>): MeilisearchVectors
}

export function createMeilisearch ({ writeKey, ...options }: MeilisearchOptions): Meilisearch {
  const server = { url: options.url, apiKey: writeKey }
  const engine = createMeilisearchEngine(options)
  return {
    engine,
    writing: writeKey === ''
      ? null
      : {
          openDocuments: given => createMeilisearchDocuments({ ...given, ...server }),
          openVectors: given => createMeilisearchVectors({ ...given, ...server }),
        },
    close: () => engine.close(),
  }
}
