// What the routes about a company's documents share: whose they are, and what is refused.
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { coded } from '../src/errors.ts'
import type { DocumentStore } from '../src/documents/store.ts'
import type { CompanyProfile } from '../src/types.ts'
import { CompanyId, errorResponse } from '../src/wire/schemas.ts'

export const Company = { company_id: Type.Optional(Type.String({ ...CompanyId, description: 'Whose documents; the company of the key when absent' })) }
export const CompanyQuery = Type.Object(Company, { additionalProperties: false })

export const refused = {
  400: errorResponse('The request is not as it should be'),
  401: errorResponse('No key, or one that does not work'),
  403: errorResponse('The key lacks the scope `write`, or belongs to another company'),
}

/** The documents of the engine, and whose they are; which index it is about is checked too. Throws UNKNOWN_COMPANY or UNKNOWN_INDEX. */
export async function documentsOf (app: FastifyInstance, company: string, kind?: string): Promise<{ documents: DocumentStore, profile: CompanyProfile }> {
  if (!app.documents) throw coded('NOT_SUPPORTED', 'The documents are in Meilisearch: with MEILI_WRITE_KEY they are written here too; without, `causerie meili load` puts them there.')
  const profile = await app.prompts.get(company)
  if (!profile) throw coded('UNKNOWN_COMPANY')
  if (kind !== undefined && !Object.hasOwn(profile.indexes, kind)) throw coded('UNKNOWN_INDEX', `It has: ${Object.keys(profile.indexes).join(', ')}.`)
  return { documents: app.documents, profile }
}
