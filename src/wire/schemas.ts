// The schemas that several routes and wire formats share.
import { Type } from 'typebox'
import { companyIdPattern } from '../ids.ts'

export const ErrorSchema = Type.Object({
  statusCode: Type.Integer(),
  code: Type.String({ description: 'Stable name of the error' }),
  error: Type.String(),
  message: Type.String({ description: 'The problem, and what to do' }),
})

/** Returns how the OpenAPI document describes an error response. */
export const errorResponse = (description: string) => ({ description, content: { 'application/json': { schema: ErrorSchema } } })

export const Groups = Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
  maxItems: 100,
  description: 'Groups of the user, for which the key vouches: documents of `group:<name>` are found too. A token has its own',
  examples: [['staff']],
})

/** The same in a query. */
export const QueryGroups = Type.String({ maxLength: 4096, description: 'Groups of the user, with commas between them' })

export const Filter = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
  description: 'Find only documents whose fields fit: `eq`, `ne`, `lt`, `lte`, `gt`, `gte`, `in`, `exists`, joined by `and`, `or`, `not`',
  examples: [{ brand: 'Doucelin', price: { lte: 50 } }],
})

export const CompanyId = Type.String({ pattern: companyIdPattern, description: 'The company to ask', examples: ['petit-nid'] })
