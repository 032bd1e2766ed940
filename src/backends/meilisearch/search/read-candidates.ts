// Reads the documents of the candidates, and keeps those that the person may see.
import type { CompanyProfile } from '../../../types.ts'
import type { RawDocument } from '../../../documents/document.ts'
import type { Selection } from '../../../search/selection.ts'
import { isForReader } from '../traits.ts'
import type { Documents } from './candidates.ts'
import type { Found } from './passages.ts'
import type { SearchedIndex } from './queries.ts'
import type { Candidate } from './ranking.ts'

/**
 * Reads each index's documents in one request.
 * @param given the documents of each index that came with the hits; null = they are fetched
 * @returns those that are there, in the order of the candidates, and why some could not be read
 */
export async function readCandidates ({ documents, company, indexes, candidates, given, selection, signal }: {
  documents: Documents
  company: CompanyProfile
  indexes: readonly SearchedIndex[]
  candidates: readonly Candidate[]
  given: readonly Map<string, RawDocument>[] | null
  selection: Selection
  signal: AbortSignal
}): Promise<{ present: Found[], problems: string[] }> {
  const ids = indexes.map((): string[] => [])
  for (const { index, id } of candidates) ids[index]!.push(id)
  const read = await Promise.all(
    indexes.map((index, at) => documents.read(company.id, company.language, index, ids[at]!, given?.[at] ?? null, signal)))
  const present: Found[] = []
  const next = indexes.map(() => 0)
  for (const candidate of candidates) {
    const { index: at } = candidate
    const document = read[at]!.documents[next[at]!++]
    // A document may have been deleted, or been given other readers, since it was found.
    if (document && isForReader(document.document.readers, selection)) present.push({ candidate, document, kind: indexes[at]!.kind })
  }
  const problems = read.flatMap(({ failure }, at) => failure === null ? [] : [`documents of ${indexes[at]!.kind}: ${failure}`])
  return { present, problems }
}
