// The plain bodies of the native format: each is valid, and says what the usual way reads in it.
import t from 'tap'
import { isPlain } from '../../../src/chat/ask-kept.ts'
import { nativeFormat } from '../../../src/wire/native/format.ts'
import { ChatBody, type ChatRequest } from '../../../src/wire/native/schema.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'
import { schemaCompilers } from '../../fixtures/schema-compilers.ts'

const customOptions = { removeAdditional: false, coerceTypes: false, allErrors: false }
type Compile = (given: object) => (body: unknown) => unknown
const isValid = (schemaCompilers.buildValidator!({} as never, { customOptions } as never) as unknown as Compile)({ schema: ChatBody })

const id = fc.oneof(fc.constantFrom('shop', 'a__b', '_x', '', 'Shop-1', 'a'.repeat(65)), fc.string())
const anything = fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.constant(null), fc.constant({}), fc.constant([]))
const fields = {
  company_id: fc.oneof({ weight: 4, arbitrary: id }, anything),
  user_id: fc.oneof({ weight: 4, arbitrary: fc.oneof(fc.string(), fc.string({ minLength: 250, maxLength: 260, size: 'max' })) }, anything),
  message: fc.oneof({ weight: 4, arbitrary: fc.string() }, anything),
  language: fc.oneof(fc.constantFrom('fr', 'en', 'es', 'de', 'it', 'und'), anything),
  stream: fc.oneof(fc.constant(true), anything),
}
const more = { web: fc.boolean(), groups: fc.array(fc.string()), resumable: fc.boolean() }
const bodies = fc.oneof(
  { weight: 4, arbitrary: fc.record(fields, { requiredKeys: ['user_id', 'message'] }) },
  { weight: 1, arbitrary: fc.record({ ...fields, ...more }, { requiredKeys: ['user_id', 'message'] }) },
)

t.test('a body that is read as plain is valid, and says the same in the usual way', async t => {
  let plain = 0
  fc.assert(fc.property(bodies, body => {
    const read = nativeFormat.readPlain!(body)
    if (read === null) return
    plain++
    t.equal(isValid({ ...body }), true, JSON.stringify(body))
    const request = { body: body as ChatRequest, headers: {}, query: {} }
    const { message, language, ...others } = nativeFormat.readQuestion(request)
    t.strictSame(read, { company: nativeFormat.companyOf(request), user: nativeFormat.userOf(request), message, language })
    t.ok(Object.values({ ...others, stream: undefined }).every(value => value === undefined))
    t.notOk('groups' in body)
  }), propertyRuns(1000))
  t.ok(plain > 0)
})

t.test('what the schema fills in makes no question less plain', async t => {
  const fields: [string, object][] = Object.entries(ChatBody.properties)
  const filledIn = Object.fromEntries(fields.flatMap(([name, field]) => 'default' in field ? [[name, field.default]] : []))
  t.match(filledIn, { stream: true, record: true, web: true, resumable: false })
  const body = { company_id: 'shop', user_id: 'ann', message: 'How long?', ...filledIn }
  const read = (more: object) => {
    const question = nativeFormat.readQuestion({ body: { ...body, ...more }, headers: {}, query: {} })
    return { company: 'shop', user: 'ann', ...question }
  }
  t.ok(isPlain(read({})))
  for (const more of [{ web: false }, { resumable: true }, { record: false }]) t.notOk(isPlain(read(more)), JSON.stringify(more))
})

t.test('the bodies that most clients send are plain', async t => {
  const question = { company_id: 'shop', user_id: 'ann', message: 'How long?' }
  for (const more of [{}, { stream: true }, { language: 'de' }, { company_id: undefined }]) {
    t.match(nativeFormat.readPlain!({ ...question, ...more }), { user: 'ann', message: 'How long?' })
  }
  for (const body of [null, [], 'x', {}, { ...question, stream: false }, { ...question, more: undefined }]) {
    t.equal(nativeFormat.readPlain!(body), null)
  }
})
