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

export const CompanyId = Type.String({ pattern: companyIdPattern, description: 'The company to ask', examples: ['petit-nid'] })
