// Keys as text.
import t from 'tap'
import { isSecretOf, makeKey, parseKey } from '../../src/keys/key.ts'
import { fc } from '../fixtures/property.ts'

t.test('recognises a key by its own secret only', async t => {
  const { text, key } = makeKey({ company: 'shop', scopes: ['chat'] })
  const { id, secret } = parseKey(text)!
  t.equal(id, key.id)
  t.ok(isSecretOf(key, secret))
  t.notOk(JSON.stringify(key).includes(secret), 'the secret is not kept')
  for (const other of [
    '', secret.slice(1), `${secret}x`, secret.toLowerCase(), parseKey(makeKey({ company: 'shop', scopes: ['chat'] }).text)!.secret,
  ]) { t.notOk(isSecretOf(key, other)) }
})

t.test('accepts no secret for an unknown key, not even the empty one', async t => {
  for (const secret of ['', 'x', '0'.repeat(33)]) t.notOk(isSecretOf(null, secret))
})

t.test('makes no two keys alike', async t => {
  const keys = Array.from({ length: 1000 }, () => makeKey({ company: null, scopes: ['chat'] }))
  t.equal(new Set(keys.map(({ text }) => text)).size, 1000)
  t.equal(new Set(keys.map(({ key }) => key.id)).size, 1000)
})

t.test('parses only texts in the form of a key', async t => {
  const { text } = makeKey({ company: null, scopes: ['chat'] })
  for (const wrong of [
    '', 'cau_', text.slice(1), text.slice(0, -1), `${text}x`, `${text}\n`, text.replace('cau', 'CAU'), text.replaceAll('_', '-'),
    `${text}_x`, 'cau_é'.padEnd(50, 'x'),
  ]) { t.equal(parseKey(wrong), null, wrong) }
  fc.assert(fc.property(fc.string(), any => parseKey(any) === null))
  fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9]{12}$/), fc.stringMatching(/^[A-Za-z0-9]{33}$/), (id, secret) => {
    const parsed = parseKey(`cau_${id}_${secret}`)
    return parsed?.id === id && parsed.secret === secret
  }))
})
