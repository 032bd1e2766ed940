// Reads the titles of stored documents that are questions.
import { forEveryone } from '../../../search/selection.ts'
import type { CompanyProfile } from '../../../types.ts'
import { uidOf } from '../index-owners.ts'
import { isForReader } from '../traits.ts'
import type { ChunkStore } from './chunk-store.ts'

/** The most documents of an index whose titles are read to find questions. */
const maxTitlesRead = 20_000
const isQuestion = (title: string) => /[?？؟]\s*$/u.test(title)

/** Returns titles of documents that everyone may see. */
export async function questionTitles (chunkStore: ChunkStore, company: CompanyProfile, limit: number): Promise<string[]> {
  const titles: string[] = []
  for (const kind of Object.keys(company.indexes).sort()) {
    let read = 0
    for await (const firsts of chunkStore.pages(uidOf(company, kind), '_n = 0', ['_title', '_access'])) {
      titles.push(...firsts.filter(({ _access }) => isForReader(_access, forEveryone)).map(({ _title }) => _title).filter(isQuestion))
      read += firsts.length
      if (titles.length >= limit) return titles.slice(0, limit)
      if (read >= maxTitlesRead) break
    }
  }
  return titles
}
