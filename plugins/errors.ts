// Maps every error to `{statusCode, code, error, message}`; this is the only place that does.
import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { CodedError, coded, type ErrorCode } from '../src/errors.ts'
import { endBroken, isLingering } from '../src/linger.ts'
import { rightAddress } from '../src/wire/openai/addresses.ts'
import { openAiError } from '../src/wire/openai/errors.ts'

/** Errors that Fastify and its plugins raise before a route runs: our code, and any further details, by the route's longest body. */
const frameworkErrors: Record<string, [code: ErrorCode, detail?: string | ((bodyLimit: number | undefined) => string | undefined)]> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['INVALID_JSON'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['INVALID_JSON', 'It is empty.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['INVALID_JSON'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', bodyLimit => bodyLimit === undefined ? undefined : `At most ${bodyLimit} bytes.`],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UNSUPPORTED_MEDIA_TYPE'],
  FST_CP_ERR_INVALID_CONTENT_ENCODING: ['UNSUPPORTED_MEDIA_TYPE', 'That Content-Encoding is not known; use gzip, deflate, br or none.'],
  FST_CP_ERR_INVALID_CONTENT: ['INVALID_REQUEST', 'The body is not what its Content-Encoding says.'],
  FST_ERR_BAD_URL: ['NOT_FOUND'],
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

declare module 'fastify' {
  interface FastifyInstance {
    /** Logs a failed request, sets the status and headers of its error, and returns the body for the client. */
    failRequest (error: FastifyError, request: FastifyRequest, reply: FastifyReply): CodedError
  }
}

export interface ErrorBody { statusCode: number, code: string, error: string, message: string }

export function errorBody ({ statusCode, code, message }: CodedError): ErrorBody {
  return { statusCode, code, error: STATUS_CODES[statusCode] ?? 'Error', message }
}

export default fp(async (app: FastifyInstance) => {
  // Fastify parses plain text by itself; here it is just another wrong content type.
  app.removeContentTypeParser('text/plain')
  app.decorate('failRequest', (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const known = mapped(error, request)
    if (known.statusCode >= 500) request.log.error({ err: error, code: known.code }, 'request failed')
    reply.code(known.statusCode)
    if (known.statusCode === 401) reply.header('www-authenticate', 'Bearer')
    if (known.code === 'OVERLOADED' || known.code === 'SHUTTING_DOWN') reply.header('retry-after', '1')
    if (known.retryAfterSeconds !== undefined) reply.header('retry-after', String(known.retryAfterSeconds))
    return known
  })
  app.setErrorHandler((error: FastifyError, request, reply) => reply.send(errorBody(app.failRequest(error, request, reply))))

  app.setNotFoundHandler((request, reply) => {
    const [path = '/'] = request.url.split('?')
    const right = rightAddress(path)
    const allowed = methods.filter(method => app.findRoute({ method, url: path }) !== null)
    // OpenAI's addresses without /v1 resemble those of answers: /chat/completions.
    const isKnown = allowed.length > 0 && (right === null || /^\/+v1\//.test(path))
    if (isKnown) reply.header('allow', allowed.join(', '))
    const error = isKnown
      ? coded('METHOD_NOT_ALLOWED', `Allowed: ${allowed.join(', ')}.`)
      : coded('NOT_FOUND', right ?? 'The addresses are listed at /docs.')
    if (right === null) throw error
    const { code, message, statusCode: status } = app.failRequest(error as unknown as FastifyError, request, reply)
    return reply.send(openAiError({ code, message, status }))
  })
}, { name: 'errors' })

function mapped (error: FastifyError, { raw, routeOptions: { bodyLimit } }: FastifyRequest): CodedError {
  if (error instanceof CodedError) return error
  if (error.validation) return coded('INVALID_BODY', fieldProblem(error))
  // The client has left in the middle of its body: nobody reads this, and nothing is wrong here.
  if (error.code === 'ECONNRESET' && !raw.complete) return coded('INVALID_REQUEST', 'Its body did not arrive.')
  const known = frameworkErrors[error.code]
  if (!known) return coded('INTERNAL', undefined, error)
  const [code, detail] = known
  return coded(code, typeof detail === 'function' ? detail(bodyLimit) : detail)
}

/** Returns the field and its problem, e.g. "company_id must match pattern …". */
function fieldProblem ({ validation, validationContext }: FastifyError): string {
  const [problem] = validation!
  const path = problem!.instancePath.slice(1).replaceAll('/', '.')
  const { additionalProperty, missingProperty, allowedValues, type } = problem!.params as {
    type?: string | string[]
    additionalProperty?: string
    missingProperty?: string
    allowedValues?: string[]
  }
  if (additionalProperty !== undefined) return `There is no field "${[path, additionalProperty].filter(Boolean).join('.')}".`
  if (missingProperty !== undefined) return `The field "${[path, missingProperty].filter(Boolean).join('.')}" is missing.`
  return `${path ? `The field "${path}"` : `The ${validationContext}`} ` +
    `${type ? `must be ${[type].flat().join(' or ')}` : problem!.message}${allowedValues ? `: ${allowedValues.join(', ')}` : ''}.`
}

/** Handles requests that cannot even be parsed as HTTP: answers on the bare socket, in the same shape. */
export function answerBrokenRequest (error: NodeJS.ErrnoException, socket: Socket & { _httpMessage?: ServerResponse | null }): void {
  if (error.code !== 'ECONNRESET' && isLingering(socket)) return
  // Node's own handler checks _httpMessage too: an answer in progress must not get another one inside it.
  if (!socket.writable || error.code === 'ECONNRESET' || socket._httpMessage?.headersSent) {
    socket.destroy()
    return
  }
  const known = error.code === 'HPE_HEADER_OVERFLOW' ? coded('HEADERS_TOO_LARGE') : coded('INVALID_REQUEST')
  const body = JSON.stringify(errorBody(known))
  endBroken(
    socket,
    `HTTP/1.1 ${known.statusCode} ${STATUS_CODES[known.statusCode]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  )
}

/** Handles an address that cannot be decoded, or is too long for a route: runs before any hook or handler. */
export function answerUnroutable (_: FastifyError, __: unknown, reply: FastifyReply): void {
  reply.code(404).header('x-content-type-options', 'nosniff').send(errorBody(coded('NOT_FOUND')))
}
