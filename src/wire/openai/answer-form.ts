// Reads the form that an answer is wanted in: text, JSON, or the arguments of a function.
import type { AnswerFormat } from '../../types.ts'
import type { Demanded } from './chores.ts'
import { paramError } from './errors.ts'

/** The fields of a request that decide it. */
export interface FormFields { tools?: unknown, tool_choice?: unknown, response_format?: unknown, [key: string]: unknown }

/** A function that must be called: its arguments are the answer. */
export interface ForcedTool { name: string, parameters: object, strict?: boolean }

/** Returns the only function that the request lets the answer be; null if it does not demand one. */
export function forcedTool ({ tools, tool_choice: choice }: FormFields): ForcedTool | null {
  const forced = (choice as { function?: { name?: unknown } } | null)?.function?.name
  const given = Array.isArray(tools) ? tools as ({ function?: { name?: unknown, parameters?: unknown, strict?: unknown } } | null)[] : []
  const functions = given.map(tool => tool?.function)
  const called = functions.find(one => choice === 'required' ? functions.length === 1 : one?.name !== undefined && one.name === forced)
  if (typeof called?.name !== 'string') return null
  const { name, parameters, strict } = called
  return {
    name, parameters: typeof parameters === 'object' && parameters !== null ? parameters : { type: 'object' },
    ...(typeof strict === 'boolean' ? { strict } : {}),
  }
}

/** Returns the object that a request demands: as the arguments of a function, or by the schema of its answer. */
export function demandedObject (request: FormFields): Demanded | undefined {
  const keysOf = (schema: unknown) => Object.keys((schema as { properties?: object } | null)?.properties ?? {})
  const tool = forcedTool(request)
  if (tool) return { tool: tool.name, keys: keysOf(tool.parameters) }
  const { json_schema: schema } = (request.response_format ?? {}) as { json_schema?: { schema?: unknown } }
  return schema ? { keys: keysOf(schema.schema) } : undefined
}

/** Returns the form of a chat completion; nothing for text. Throws INVALID_BODY or NOT_SUPPORTED. */
export function formatOf (request: FormFields): { format?: AnswerFormat } {
  const tool = forcedTool(request)
  if (tool) {
    const { parameters: schema, ...rest } = tool
    return { format: { type: 'json_schema', field: 'tool_choice', schema, ...rest } }
  }
  const { response_format: format } = request
  const { json_schema: schema, ...rest } = (format ?? {}) as Record<string, unknown>
  return readFormat({ ...rest, ...(typeof schema === 'object' ? schema : {}) }, 'response_format')
}

/** Reads the form of the answer. Throws INVALID_BODY or NOT_SUPPORTED. @param field where the request has it */
export function readFormat (format: Record<string, unknown>, field: string): { format?: AnswerFormat } {
  const { type = 'text', name = 'answer', schema, strict } = format
  if (type === 'text') return {}
  if (type === 'json_object') return { format: { type, field } }
  if (type !== 'json_schema') {
    throw paramError('NOT_SUPPORTED', field, 'The type can be "text", "json_object" or "json_schema".')
  }
  if (typeof schema !== 'object' || schema === null || typeof name !== 'string') {
    throw paramError('INVALID_BODY', field, 'The schema is missing.')
  }
  return { format: { type, field, name, schema, ...(typeof strict === 'boolean' ? { strict } : {}) } }
}
