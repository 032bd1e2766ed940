// Shared by the routes about a company's documents: the company, its profile, and the refusals.
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { coded, unknownIndex } from '../src/errors.ts'
import { accessHelp, readAccess } from '../src/documents/access.ts'
import type { DocumentStore } from '../src/documents/store.ts'
import type { CompanyProfile } from '../src/types.ts'
import type { Uploads } from '../src/uploads/uploads.ts'
import { CompanyId, errorResponse } from '../src/wire/schemas.ts'
import { profileOf } from './companies.ts'

export const Company = {
  company_id: Type.Optional(Type.String({ ...CompanyId, description: "The company; the key's company when absent" })),
}
export const CompanyQuery = Type.Object(Company, { additionalProperties: false })

export const refused = {
  400: errorResponse('The request is invalid'),
  401: errorResponse('The key is missing or not valid'),
  403: errorResponse('The key lacks the scope `write`, or belongs to another company'),
}

/** Returns the documents and the company's profile. Throws UNKNOWN_COMPANY, or UNKNOWN_INDEX when `kind` is not one of its indexes. */
export async function documentsOf (
  app: FastifyInstance,
  company: string,
  kind?: string
): Promise<{ documents: DocumentStore; profile: CompanyProfile }> {
  if (!app.documents) {
    throw coded(
      'NOT_SUPPORTED',
      'The documents are in Meilisearch. Set MEILI_WRITE_KEY to manage them here, or load them with `causerie meili load`.'
    )
  }
  const profile = await profileOf(app, company)
  if (kind !== undefined && !Object.hasOwn(profile.indexes, kind)) throw unknownIndex(profile.indexes)
  return { documents: app.documents, profile }
}

/** Returns an access list as it is stored; null is everyone. Throws INVALID_BODY. */
export function readReaders (given: string[] | null): string[] | null {
  const read = readAccess(given)
  if (read === null) throw coded('INVALID_BODY', accessHelp)
  return read ?? null
}

/** Returns the uploads. Throws NOT_SUPPORTED when documents cannot be written here. */
export function uploadsOf ({ uploads }: FastifyInstance): Uploads {
  if (uploads) return uploads
  throw coded(
    'NOT_SUPPORTED',
    'The documents are in Meilisearch. Set MEILI_WRITE_KEY to upload here, or load them with `causerie meili load`.'
  )
}
