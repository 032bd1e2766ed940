// Every error leaves as `{statusCode, code, error, message}`; this is the one place that maps them.
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { CodedError, coded, type ErrorCode } from '../src/errors.ts'

/** Errors that Fastify finds before a route runs. */
const frameworkErrors: Record<string, ErrorCode> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'INVALID_JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'INVALID_JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'INVALID_JSON',
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_BAD_URL: 'NOT_FOUND',
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

export interface ErrorBody { statusCode: number, code: string, error: string, message: string }

export function errorBody ({ statusCode, code, message }: CodedError): ErrorBody {
  return { statusCode, code, error: STATUS_CODES[statusCode] ?? 'Error', message }
}

export default fp(async (app: FastifyInstance) => {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = mapped(error)
    if (known.statusCode >= 500) request.log.error({ err: error, code: known.code }, 'request failed')
    reply.code(known.statusCode)
    if (known.code === 'OVERLOADED' || known.code === 'SHUTTING_DOWN') reply.header('retry-after', '1')
    return reply.send(errorBody(known))
  })

  app.setNotFoundHandler((request, reply) => {
    const [path = '/'] = request.url.split('?')
    const allowed = methods.filter(method => app.findRoute({ method, url: path }) !== null)
    if (allowed.length > 0 && !allowed.includes(request.method as typeof methods[number])) {
      reply.header('allow', allowed.join(', '))
      throw coded('METHOD_NOT_ALLOWED', `It takes ${allowed.join(', ')}.`)
    }
    throw coded('NOT_FOUND', 'The addresses are listed at /docs.')
  })
}, { name: 'errors' })

function mapped (error: FastifyError): CodedError {
  if (error instanceof CodedError) return error
  if (error.validation) return coded('INVALID_BODY', fieldProblem(error))
  const code = frameworkErrors[error.code]
  return code ? coded(code) : coded('INTERNAL', undefined, error)
}

/** "company_id must match pattern …": the field and what is wrong with it. */
function fieldProblem ({ validation, validationContext }: FastifyError): string {
  const [problem] = validation!
  const path = problem!.instancePath.slice(1).replaceAll('/', '.')
  const { additionalProperty, missingProperty } = problem!.params as Record<string, string>
  if (additionalProperty !== undefined) return `There is no field "${[path, additionalProperty].filter(Boolean).join('.')}".`
  if (missingProperty !== undefined) return `The field "${[path, missingProperty].filter(Boolean).join('.')}" is missing.`
  return `${path ? `The field "${path}"` : `The ${validationContext}`} ${problem!.message}.`
}

/** For what cannot even be parsed as HTTP: answers on the bare socket, in the same shape. */
export function answerBrokenRequest (error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const known = error.code === 'HPE_HEADER_OVERFLOW' ? coded('HEADERS_TOO_LARGE') : coded('INVALID_REQUEST')
  const body = JSON.stringify(errorBody(known))
  socket.end(`HTTP/1.1 ${known.statusCode} ${STATUS_CODES[known.statusCode]}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
}
