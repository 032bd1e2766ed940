// The short way of plain questions and the usual one, with made-up requests: both send the same bytes and count the same.
import t from 'tap'
import { fc, propertyRuns } from '../fixtures/property.ts'
import { alike, counted, knownKey, question, startCounting, usualWay } from '../fixtures/short-way.ts'

const often = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) })
const bodies = fc.record({
  company_id: often<string | undefined>('shop', undefined, 'other', 'a__b', ''),
  user_id: often<unknown>('ann', 'bob', 'Zoë « Z »', 'u'.repeat(256), 'u'.repeat(257), '', 'a\0', '\ud800', 7, undefined),
  message: often<unknown>(
    question.message, ` ${question.message}\n`, 'how long does delivery take', `Hello! ${question.message}`, 'Thank you!', ' ', '', 'a\0',
    null,
  ),
  language: often<string | undefined>(undefined, 'en', 'fr', 'und'),
  stream: often<unknown>(undefined, true, false, 'true'),
  web: often<unknown>(undefined, true, false), resumable: often<unknown>(undefined, true, false),
  groups: often<unknown>(undefined, ['staff'], []), unknown: often<unknown>(undefined, 1),
})
const headers = fc.record({
  accept: often<string | undefined>(undefined, 'text/event-stream', 'application/json', 'application/json, text/event-stream', '*/*'),
  authorization: often<string | undefined>(undefined, '', 'Bearer x', `Bearer cau_${'a'.repeat(12)}_${'b'.repeat(33)}`),
  origin: often<string | undefined>(undefined, 'https://elsewhere.example', 'http://127.0.0.1'),
  'user-agent': often<string | undefined>(undefined, 'test/1'), 'sec-fetch-site': often<string | undefined>(undefined, 'cross-site'),
})

/** Replaces what differs between any two responses; of an answer that is made anew, such as a courtesy's, its times and chunks too. */
function comparable (response: string): string {
  if (!response.includes('"cache":"miss"')) return alike(response)
  return alike(response).replace(/(x-answer-id: |"answer_id":"|\nid: )[\w-]+/g, '$1').replace(/"timings_ms":\{[^}]*\}/g, '')
    .replace(/\r\ncontent-length: \d+/, '').replace(/\r\n[0-9a-f]+\r\n/g, '')
}

const defined = (fields: object) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

t.test('whatever is sent, both ways send the same bytes and count the same', async t => {
  const { app, send, short } = await startCounting(t, { config: { RATE_LIMIT_CALLS: 1_000_000, KEY_CACHE_SECONDS: 30 } })
  const key = await knownKey(app)
  const plain = [{ ...question }, {}] as [object, object]
  await fc.assert(fc.asyncProperty(bodies, headers, async (body, headers) => {
    const user = typeof body.user_id === 'string' && body.user_id.isWellFormed() ? body.user_id : 'ann'
    const sent = async (way: Record<string, string>) => {
      const before = await counted(app, user)
      const response = comparable(await send(defined(body), { ...key, ...defined(headers), ...way }))
      const after = await counted(app, user)
      return { response, counts: Object.fromEntries(Object.entries(after).map(([name, n]) => [name, n - (before[name] ?? 0)])) }
    }
    // The first one in these words makes the answer.
    await send(defined(body), { ...key, ...defined(headers), ...usualWay })
    const usual = await sent(usualWay)
    t.strictSame(await sent({}), usual, JSON.stringify([body, headers]))
  }), propertyRuns(150, { examples: [plain, plain] as never }))
  t.ok(short.count > 0)
})
