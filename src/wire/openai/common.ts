// Shared by the formats of OpenAI's clients: who asks, which company, and how an answer and its errors are marked.
import { Type } from 'typebox'
import { coded } from '../../errors.ts'
import { companyIdPattern } from '../../ids.ts'
import type { WireFormat, WireRequest } from '../format.ts'
import { openAiError, paramError, paramOf } from './errors.ts'
import { completionError } from './schema.ts'

/** The refusals of every route under /v1 that OpenAI's clients use. */
export const completionRefusals = {
  401: completionError('The key is missing or not valid'),
  403: completionError('The key may not do this'),
  503: completionError('Overloaded, or a part of the service is unavailable; try again'),
}

/** The refusals of a question. */
export const questionRefusals = {
  400: completionError('The body is invalid, or asks for something that is not supported'),
  404: completionError('Unknown model'),
  413: completionError('The body is too large'),
  429: completionError('Too many questions'),
  ...completionRefusals,
}

const idForm = new RegExp(companyIdPattern)

/** Returns the name if it can be a company's id; nothing else reaches the stores. */
export function asCompanyId (name: string | null | undefined): string | undefined {
  return name && idForm.test(name) ? name : undefined
}

/** Returns how the OpenAPI document describes an answer. */
export const answerResponse = (description: string) => ({
  description,
  content: {
    'text/event-stream': { schema: Type.String() },
    'application/json': { schema: Type.Object({}, { additionalProperties: true }) },
  },
})

type Fields = { model?: string | null, user?: string | null }

/** Returns the user who asks. Open WebUI sends its header with ENABLE_FORWARD_USER_INFO_HEADERS; LibreChat names its user in the body. */
export function userOf ({ body: { user }, headers }: Pick<WireRequest<Fields>, 'body' | 'headers'>): string | undefined {
  return user || String(headers['x-openwebui-user-id'] ?? '').slice(0, 256) || undefined
}

/** A key of one company accepts any name: many clients can only send the names of OpenAI's models. */
export function chooseCompany ({ body: { model } }: WireRequest<Fields>, ofKey: string | null): string {
  if (ofKey !== null) return ofKey
  if (!model) throw paramError('COMPANY_MISSING', 'model', 'Here it is the model: GET /v1/models lists them.')
  const company = asCompanyId(model)
  if (company === undefined) throw coded('UNKNOWN_COMPANY')
  return company
}

export const headersOf = (answerId: string) => ({ 'x-request-id': answerId })

/** @param question the field that holds the question */
export function errorsAbout (question: string): NonNullable<WireFormat['encodeError']> {
  return ({ code, message, statusCode: status }, thrown) => ({
    contentType: 'application/json; charset=utf-8',
    body: openAiError({ code, message, status }, paramOf(thrown, code, question)),
  })
}
