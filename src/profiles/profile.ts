// Parses and validates a company profile as people write it: company.json, or a database row.
import { createHash } from 'node:crypto'
import { Type, type Static, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { companyIdPattern, indexKindPattern } from '../ids.ts'
import type { CompanyProfile, CompanyTextName, CourtesyLanguage } from '../types.ts'

const FieldMappingSchema = Type.Object({
  title: Type.Optional(Type.String()),
  text: Type.Optional(Type.Array(Type.String())),
  url: Type.Optional(Type.String()),
  fields: Type.Optional(Type.Record(Type.String(), Type.String())),
  model: Type.Optional(Type.String()),
  uid: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,400}$' })),
}, { additionalProperties: false })

const Text = Type.String({ minLength: 1, maxLength: 2000 })
const courtesyLanguages = ['en', 'fr', 'de', 'es', 'it', 'nl', 'pt'] as const satisfies CourtesyLanguage[]
const textNames = [
  'not_found', 'greeting', 'wellbeing', 'identity', 'complaint', 'thanks', 'goodbye', 'acknowledgement',
] as const satisfies CompanyTextName[]
const optional = <T extends TSchema>(names: readonly string[], schema: T) =>
  Type.Object(Object.fromEntries(names.map(name => [name, Type.Optional(schema)])), { additionalProperties: false })

const limits = {
  questions_per_day: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e12 })),
  tokens_per_day: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e15 })),
}
const BudgetSchema = Type.Object({
  ...limits,
  keys: Type.Optional(Type.Record(
    Type.String({ pattern: '^[A-Za-z0-9]{12}$' }), Type.Object(limits, { additionalProperties: false }), { additionalProperties: false }
  )),
}, { additionalProperties: false })

export const ProfileSchema = Type.Object({
  id: Type.String({ pattern: companyIdPattern }),
  name: Type.String({ minLength: 1 }),
  language: Type.Enum(['fr', 'en', 'es', 'de', 'und']),
  system_prompt: Type.Optional(Type.String()),
  indexes: Type.Record(Type.String({ pattern: indexKindPattern }), FieldMappingSchema, { additionalProperties: false }),
  model: Type.Optional(Type.String()),
  refuse_without_passages: Type.Optional(Type.Boolean()),
  texts: Type.Optional(optional(textNames, Type.Union([Text, optional(courtesyLanguages, Text)]))),
  common_questions: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), { maxItems: 1000 })),
  budget: Type.Optional(BudgetSchema),
}, { additionalProperties: false })

export type WrittenProfile = Static<typeof ProfileSchema>

/** Validates a written profile. Throws an Error that names the first invalid field. */
export function parseProfile (written: unknown): CompanyProfile {
  if (!Value.Check(ProfileSchema, written)) {
    const [problem] = Value.Errors(ProfileSchema, written)
    const message = problem?.keyword === 'boolean' ? 'is not known here' : problem?.message
    throw new Error(`company profile: ${problem?.instancePath || '/'} ${message}`)
  }
  const { common_questions: commonQuestions = [], budget, ...profile } = written as WrittenProfile
  return {
    id: profile.id,
    name: profile.name,
    language: profile.language,
    systemPrompt: profile.system_prompt ?? '',
    indexes: Object.fromEntries(Object.entries(profile.indexes).map(([kind, mapping]) => [kind, { ...mapping, text: mapping.text ?? [] }])),
    ...(profile.model === undefined ? {} : { model: profile.model }),
    refuseWithoutPassages: profile.refuse_without_passages ?? true,
    commonQuestions,
    ...(profile.texts === undefined ? {} : { texts: profile.texts }),
    ...(budget === undefined ? {} : { budget }),
    version: createHash('sha256').update(JSON.stringify(profile)).digest('base64url').slice(0, 12),
  }
}
