// Bad input over HTTP: each time a coded error in one shape, and a service that still answers.
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { ask, askJson, question, sendBytes, type AskOptions } from '../fixtures/app-client.ts'
import { startTestApp } from '../helper.ts'

const { url } = await startTestApp(t)

const raw = (message: string) => `{"company_id":"shop","user_id":"u1","message":"${message}"}`

/** Expects a coded error, for a stream as for one object, and a healthy service after it. */
async function refused (
  t: Test,
  body: object | string | Buffer | undefined,
  expected: { status: number; code: string; says?: RegExp },
  options: AskOptions = {}
) {
  for (const accept of ['application/json', 'text/event-stream']) {
    const { status, json, headers } = await askJson(url, body, { ...options, headers: { ...options.headers, accept } })
    t.equal(status, expected.status)
    t.match(headers['content-type'], 'application/json')
    t.strictSame(Object.keys(json).sort(), ['code', 'error', 'message', 'statusCode'])
    t.match(json, { statusCode: expected.status, code: expected.code, error: String, message: expected.says ?? /\w{3}/ })
  }
  t.equal((await askJson(url, undefined, { method: 'GET', path: '/health' })).status, 200)
}

/** Expects an answer, whatever it says. */
async function answered (t: Test, message: string, reasons = ['stop', 'no_answer']) {
  const { status, json } = await askJson(url, { ...question, message })
  t.equal(status, 200, message.slice(0, 40))
  t.ok(reasons.includes(json.finish_reason), json.finish_reason)
  t.ok(json.answer.length > 0)
  return json
}

t.test('bodies', async t => {
  const cases: [string, object | string | Buffer | undefined, { status: number; code: string; says?: RegExp }, AskOptions?][] = [
    ['broken JSON', '{"company_id":', { status: 400, code: 'INVALID_JSON' }],
    ['an empty body', '', { status: 400, code: 'INVALID_JSON' }],
    ['no body', undefined, { status: 400, code: 'INVALID_BODY' }],
    ['an array', '[]', { status: 400, code: 'INVALID_BODY', says: /object/ }],
    ['null', 'null', { status: 400, code: 'INVALID_BODY' }],
    [
      '__proto__', '{"__proto__":{"stream":false},"company_id":"shop","user_id":"u1","message":"x"}',
      { status: 400, code: 'INVALID_JSON' },
    ],
    [
      'bytes that are not UTF-8', Buffer.concat([Buffer.from(raw('x')).subarray(0, -2), Buffer.from([0xff, 0xfe]), Buffer.from('}')]),
      { status: 400, code: 'INVALID_JSON' },
    ],
    // As some shells send it, without a word about it.
    ['text in Latin-1', Buffer.from(raw('délai ?'), 'latin1'), { status: 400, code: 'INVALID_JSON', says: /not UTF-8/ }],
    ['UTF-16 that is not said to be', Buffer.from(raw('x'), 'utf16le'), { status: 400, code: 'INVALID_JSON' }],
    [
      'bytes that are not in their charset', Buffer.concat([Buffer.from(raw('x'), 'utf16le'), Buffer.from([0])]),
      { status: 400, code: 'INVALID_JSON', says: /charset/ }, { headers: { 'content-type': 'application/json; charset=utf-16' } },
    ],
    [
      'a charset that is not known', raw('x'), { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', says: /charset.*UTF-8/ },
      { headers: { 'content-type': 'application/json;charset=klingon' } },
    ],
    ['a message of 1 MB', { ...question, message: 'x'.repeat(1_000_000) }, { status: 413, code: 'BODY_TOO_LARGE' }],
    [
      'a message of 1 MB once it is unpacked', gzipSync(JSON.stringify({ ...question, message: 'x'.repeat(1_000_000) })),
      { status: 413, code: 'BODY_TOO_LARGE' }, { headers: { 'content-encoding': 'gzip' } },
    ],
    [
      'a body that is not what its encoding says', Buffer.from('garbage'),
      { status: 400, code: 'INVALID_REQUEST', says: /Content-Encoding/ }, { headers: { 'content-encoding': 'gzip' } },
    ],
    [
      'an unknown encoding', Buffer.from('garbage'), { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', says: /encoding/i },
      { headers: { 'content-encoding': 'wat' } },
    ],
    ['10,000 characters', { ...question, message: 'x'.repeat(10_000) }, { status: 400, code: 'MESSAGE_TOO_LONG', says: /4000/ }],
    ['10,000 Chinese characters', { ...question, message: '你'.repeat(10_000) }, { status: 400, code: 'MESSAGE_TOO_LONG' }],
    ['an empty message', { ...question, message: '' }, { status: 400, code: 'MESSAGE_EMPTY' }],
    ['a blank message', { ...question, message: ' \n\t\u00a0\u2028' }, { status: 400, code: 'MESSAGE_EMPTY' }],
    ['a lone high surrogate', raw('a\\ud800b'), { status: 400, code: 'INVALID_TEXT' }],
    ['a lone low surrogate', raw('\\udc00'), { status: 400, code: 'INVALID_TEXT' }],
    ['NUL', raw('a\\u0000b'), { status: 400, code: 'INVALID_TEXT' }],
    ["NUL in the user's id", { ...question, user_id: 'a\0' }, { status: 400, code: 'INVALID_TEXT' }],
    [
      'a lone surrogate in a hint', '{"company_id":"shop","user_id":"u1","message":"x","page":{"hints":["\\ud800"]}}',
      { status: 400, code: 'INVALID_TEXT' },
    ],
    ['a path for a company', { ...question, company_id: '../shop' }, { status: 400, code: 'INVALID_BODY', says: /company_id/ }],
    ['a hidden path', { ...question, company_id: '..' }, { status: 400, code: 'INVALID_BODY', says: /company_id/ }],
    ['a file for a company', { ...question, company_id: 'shop.sqlite' }, { status: 400, code: 'INVALID_BODY', says: /company_id/ }],
    ['a company with a line end', { ...question, company_id: 'shop\n' }, { status: 400, code: 'INVALID_BODY', says: /company_id/ }],
    ['two underscores', { ...question, company_id: 'shop__faq' }, { status: 400, code: 'INVALID_BODY', says: /company_id/ }],
    ['an id of 65 characters', { ...question, company_id: 'x'.repeat(65) }, { status: 400, code: 'INVALID_BODY', says: /company_id/ }],
    ['an unknown company', { ...question, company_id: 'nobody' }, { status: 404, code: 'UNKNOWN_COMPANY' }],
    ['an unknown index', { ...question, indexes: ['faq', 'news'] }, { status: 400, code: 'UNKNOWN_INDEX', says: /faq, products/ }],
    ['an index that every object has', { ...question, indexes: ['constructor'] }, { status: 400, code: 'UNKNOWN_INDEX' }],
    ['no index', { ...question, indexes: [] }, { status: 400, code: 'INVALID_BODY', says: /indexes/ }],
    ['an unknown field', { ...question, temprature: 1 }, { status: 400, code: 'INVALID_BODY', says: /"temprature"/ }],
    ['an unknown field inside', { ...question, page: { titel: 'x' } }, { status: 400, code: 'INVALID_BODY', says: /"page\.titel"/ }],
    ['a missing field', { company_id: 'shop', user_id: 'u1' }, { status: 400, code: 'INVALID_BODY', says: /"message" is missing/ }],
    ['a number for a message', { ...question, message: 3 }, { status: 400, code: 'INVALID_BODY', says: /"message" must be string/ }],
    ['a string for a flag', { ...question, stream: 'false' }, { status: 400, code: 'INVALID_BODY', says: /"stream" must be boolean/ }],
    ['null for a field', { ...question, page: null }, { status: 400, code: 'INVALID_BODY', says: /"page" must be object/ }],
    ['an unknown language', { ...question, language: 'tlh' }, { status: 400, code: 'INVALID_BODY', says: /"language".*fr, en, es, de/ }],
    ['no tokens at all', { ...question, max_tokens: 0 }, { status: 400, code: 'INVALID_BODY', says: /"max_tokens"/ }],
    ['a temperature of 3', { ...question, temperature: 3 }, { status: 400, code: 'INVALID_BODY', says: /"temperature"/ }],
    [
      'a conversation id with a line end', { ...question, conversation_id: 'a\nb' },
      { status: 400, code: 'INVALID_BODY', says: /conversation_id/ },
    ],
    [
      'plain text', 'hello', { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', says: /application\/json/ },
      { headers: { 'content-type': 'text/plain' } },
    ],
    [
      'a form', 'company_id=shop', { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' },
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    ['a broken content type', '{}', { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' }, { headers: { 'content-type': 'nonsense' } }],
  ]
  for (const [name, body, expected, options] of cases) t.test(name, t => refused(t, body, expected, options))

  t.test('no content type', async t => {
    const text = await sendBytes(url, 'POST /chat HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}')
    t.match(text, /^HTTP\/1.1 415 /)
    t.match(text, '"code":"UNSUPPORTED_MEDIA_TYPE"')
  })

  t.test('JSON with a charset, and UTF-8 with a byte order mark', async t => {
    t.equal((await askJson(url, question, { headers: { 'content-type': 'application/json; charset=utf-8' } })).status, 200)
    t.equal((await askJson(url, Buffer.from(`\ufeff${raw('x')}`))).status, 200)
  })

  t.test('JSON in other charsets is read in them', async t => {
    const text = JSON.stringify({ ...question, conversation_id: 'charsets', message: 'Délai « é » de livraison ?' })
    const utf16 = Buffer.from(text, 'utf16le')
    for (const [charset, body] of [
      ['utf-16', utf16], ['UTF-16LE', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])], ['"iso-8859-1"', Buffer.from(text, 'latin1')],
      ['windows-1252', Buffer.from(text, 'latin1')], ['utf-16be', Buffer.from(utf16).swap16()], ['us-ascii', Buffer.from(text)],
    ] as const) {
      const { status } = await askJson(url, body, { headers: { 'content-type': `application/json; charset=${charset}` } })
      t.equal(status, 200, charset)
      const path = '/conversations/charsets?company_id=shop&user_id=u1'
      const { json } = await askJson(url, undefined, { method: 'GET', path })
      t.match(JSON.stringify(json), 'Délai « é » de livraison ?', charset)
      await askJson(url, undefined, { method: 'DELETE', path })
    }
  })
})

t.test('answers strange questions', async t => {
  for (const message of [
    '"', '*', 'NEAR(', 'AND', 'OR NOT', 'delivery AND (', 'title:delivery', '"delivery', 'delivery*', '^delivery', 'delivery -tent',
    '{delivery tent}: x', 'NEAR(delivery tent, 2)', "'; DROP TABLE passages; --", '%', '_', '\\', '?', ';', '))((', '--', '/* */', '$1',
    ':a', 'the of and is', 'how what when', '👶', '👶🏻‍🍼🇫🇷', '🏳️‍🌈 ❤️', 'كم تستغرق عملية التوصيل؟', '送货需要多长时间？',
    'Сколько стоит доставка?', 'ค่าส่งเท่าไหร่', '\u200b\u200b', '\u202edelivery', 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤a̴l͖͉͙g̭o', 'x'.repeat(4000),
    'delivery '.repeat(400), `${'a '.repeat(1999)}`, '1'.repeat(4000), `${'é'.repeat(3999)}?`, '<script>alert(1)</script>', '{{7*7}}',
    '../../etc/passwd', 'null', 'undefined', '0', '\r\n\r\nevent: finish',
  ]) {
    t.test(JSON.stringify(message.slice(0, 30)), async t => {
      await answered(t, message)
    })
  }

  t.test('finds the words in spite of operators', async t => {
    for (const message of [
      'How long does "delivery" take?', 'delivery* take (long', 'How long AND delivery OR take?', 'delivery\u0301 take how long',
    ]) {
      const { sources } = await answered(t, message)
      t.match(sources[0]?.id, 'faq/delivery', message)
    }
  })
})

t.test('addresses and methods', async t => {
  for (const [method, path, allow] of [
    ['GET', '/chat', 'POST'], ['PUT', '/chat', 'POST'], ['PATCH', '/chat', 'POST'], ['OPTIONS', '/chat', 'POST'],
    ['PROPFIND', '/chat', 'POST'], ['POST', '/health', 'GET'], ['DELETE', '/stats', 'GET'], ['POST', '/chat/abc', 'GET, DELETE'],
  ] as const) {
    t.test(`${method} ${path}`, async t => {
      const { status, headers, json } = await askJson(url, undefined, { method, path })
      t.equal(status, 405)
      t.equal(headers.allow, allow)
      t.match(json, { statusCode: 405, code: 'METHOD_NOT_ALLOWED', error: 'Method Not Allowed', message: allow })
    })
  }
  for (const [method, path] of [
    ['GET', '/nothing'], ['GET', '/.env'], ['GET', '/chat/a/b'], ['DELETE', '/nothing'], ['PROPFIND', '/nothing'],
  ] as const) {
    t.test(`${method} ${path}`, async t => {
      t.match(await askJson(url, undefined, { method, path }), {
        status: 404, json: { statusCode: 404, code: 'NOT_FOUND', error: 'Not Found', message: /docs/ },
      })
    })
  }
  for (const path of ['/chat/%00', '/chat/a%20b', `/chat/${'a'.repeat(65)}`, '/chat/abc?company_id=..%2f', '/chat/abc?colour=red']) {
    t.test(`GET ${path.slice(0, 40)}`, async t => {
      t.match(await askJson(url, undefined, { method: 'GET', path }), { status: 400, json: { statusCode: 400, code: 'INVALID_BODY' } })
    })
  }
  t.test('answers an address that is too long, or cannot be decoded, with a coded error too', async t => {
    for (const path of ['/chat/%zz', '/%ff', `/chat/${'a'.repeat(3000)}`]) {
      const { status, json } = await askJson(url, undefined, { method: 'GET', path })
      t.match(json, { statusCode: status, code: /^(NOT_FOUND|INVALID_REQUEST)$/ })
    }
  })
})

t.test('invalid HTTP', async t => {
  const cases: [string, string, number, string][] = [
    ['garbage', 'hello\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'INVALID_REQUEST'],
    ['an unknown method', 'FETCH /chat HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n', 400, ''],
    ['a bad length', 'POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['two lengths', 'POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, 'INVALID_REQUEST'],
    [
      'a smuggled request',
      'POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400,
      'INVALID_REQUEST',
    ],
    ['headers of 100 kB', `GET /health HTTP/1.1\r\nHost: localhost\r\nX-Large: ${'x'.repeat(100_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    ['an address of 100 kB', `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
  ]
  for (const [name, bytes, status, code] of cases) {
    t.test(name, async t => {
      const text = await sendBytes(url, bytes)
      t.match(text, new RegExp(`^HTTP/1.1 ${status} `))
      if (code !== '') {
        const [head, body] = text.split('\r\n\r\n')
        t.match(head, /content-type: application\/json/i)
        t.match(JSON.parse(body!), { statusCode: status, code, error: String, message: String })
      }
      t.equal((await askJson(url, undefined, { method: 'GET', path: '/health' })).status, 200)
    })
  }
})

t.test('answers as before after all of that', async t => {
  const events = await (await ask(url, question)).events()
  t.match(events.at(-1), { type: 'finish', data: { finish_reason: 'stop' } })
})
