// The schemas of keys over HTTP, and what is read of a new one.
import { Type, type Static } from 'typebox'
import { coded } from '../src/errors.ts'
import { problemOfKey, readFuture, readOrigin } from '../src/keys/check.ts'
import { keyKinds, scopes, type ApiKey, type Scope } from '../src/keys/store.ts'
import { checkTexts } from '../src/whole-text.ts'

/** The most keys that work, of a company, and for all companies. */
export const maxKeys = 1000

export const KeyId = Type.String({ pattern: '^[A-Za-z0-9]{12}$' })
const optionalTime = (description: string) => Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })
export const shownKey = {
  id: Type.String({ description: 'The public part of the key' }),
  kind: Type.Unsafe<ApiKey['kind']>({ type: 'string', enum: [...keyKinds] }),
  company_id: Type.String(),
  scopes: Type.Array(Type.String()),
  origins: Type.Array(Type.String(), { description: 'The pages of a site key' }),
  name: Type.String(),
  created_at: Type.String({ format: 'date-time' }),
  expires_at: optionalTime('null = never'),
  revoked_at: optionalTime('null = it has not been revoked'),
}
export const KeyBody = Type.Object({
  kind: Type.Optional(Type.Unsafe<ApiKey['kind']>({
    type: 'string', enum: [...keyKinds],
    description: 'api: for a server; signing: signs tokens of end users; site: public, for the pages of `origins`. "api" when absent',
  })),
  scopes: Type.Optional(Type.Array(Type.Unsafe<Scope>({ type: 'string', enum: [...scopes] }), {
    minItems: 1, maxItems: scopes.length, description: 'What an API key may do; ["chat"] when absent',
  })),
  origins: Type.Optional(Type.Array(Type.String({ maxLength: 300 }), {
    maxItems: 100, description: 'The origins of the pages of a site key', examples: [['https://shop.example']],
  })),
  name: Type.Optional(Type.String({ maxLength: 200, description: 'To recognise the key by' })),
  expires_at: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601; never when absent' })),
}, { additionalProperties: false })

/** Reads what a new key shall be. Throws INVALID_BODY. */
export function readKey (body: Static<typeof KeyBody>, company: string | null) {
  const { kind = 'api', scopes: asked = ['chat'], origins = [], name = '', expires_at } = body
  const invalid = (problem: string) => coded('INVALID_BODY', problem)
  checkTexts([name])
  const expiresAt = expires_at === undefined ? null : readFuture(expires_at)
  if (expires_at !== undefined && expiresAt === null) throw invalid('expires_at: give a time in the future, such as 2027-01-31T00:00:00Z.')
  const key = { kind, scopes: scopes.filter(scope => asked.includes(scope)), origins: readOrigins(origins), name }
  const problem = problemOfKey({ ...key, company })
  if (problem !== null) throw invalid(problem)
  return { ...key, expiresAt }
}

/** Reads the origins of a site, each once. Throws INVALID_BODY. */
export function readOrigins (given: readonly string[]): string[] {
  return [...new Set(given.map(origin => {
    const url = readOrigin(origin)
    if (url === null) throw coded('INVALID_BODY', `origins: "${origin}" is no origin. Write https://shop.example or http://localhost:5173.`)
    return url
  }))]
}

/** Returns a key as clients see it. @param company the only one that it opens; null = any */
export function shown<Company extends string | null> (
  company: Company, { id, kind, scopes, origins, name, createdAt, expiresAt, revokedAt }: ApiKey
) {
  return {
    id, kind, company_id: company, scopes, origins: [...origins], name,
    created_at: createdAt, expires_at: expiresAt, revoked_at: revokedAt,
  }
}
