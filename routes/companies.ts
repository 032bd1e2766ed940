// Names the companies that a key may ask, and reads their profiles.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { asCoded, CodedError, coded, unknownCompany } from '../src/errors.ts'
import type { CompanyProfile } from '../src/types.ts'
import { companyOf } from './answering.ts'

const listTimeoutMs = 5000
/** The most names in an error's message. */
const maxNamed = 20

/** Returns the companies that the request's key may ask. Throws PROMPTS_UNAVAILABLE, also when the store is too busy to say. */
export async function companiesOf (app: FastifyInstance, { principal }: FastifyRequest): Promise<string[]> {
  if (principal.company !== null) return [principal.company]
  return app.profileStore.companies(AbortSignal.timeout(listTimeoutMs)).catch(error => { throw asCoded(error, 'PROMPTS_UNAVAILABLE') })
}

/** Returns a company's profile. Throws UNKNOWN_COMPANY. */
export async function profileOf ({ profiles }: FastifyInstance, company: string): Promise<CompanyProfile> {
  const profile = await profiles.get(company)
  if (!profile) throw unknownCompany()
  return profile
}

/** Returns the company that a request is about. Throws UNKNOWN_COMPANY. */
export async function knownCompany (app: FastifyInstance, request: FastifyRequest, named: string | undefined): Promise<string> {
  const company = companyOf(request, named)
  await profileOf(app, company)
  return company
}

/** Returns the error; if it says that a model is unknown, it also says which ones there are for this key. */
export async function withModels (app: FastifyInstance, request: FastifyRequest, error: unknown): Promise<unknown> {
  if (!(error instanceof CodedError) || error.code !== 'UNKNOWN_COMPANY') return error
  const companies = await companiesOf(app, request).catch(() => [])
  if (companies.length === 0) return error
  const more = companies.length > maxNamed ? ` and ${companies.length - maxNamed} more: GET /v1/models` : ''
  return coded('UNKNOWN_COMPANY', `As the model there are: ${companies.slice(0, maxNamed).join(', ')}${more}.`, error)
}
