// Requests as clients send them, on real sockets.
import t from 'tap'
import { ask, askJson, question, sendBytes } from '../fixtures/app-client.ts'
import { startTestApp } from '../helper.ts'

const whole = { ...question, stream: false }

t.test('accepts slashes too many, anywhere in a path', async t => {
  const { url } = await startTestApp(t)
  for (const path of ['//chat', '/chat/', '//chat//', '/chat/?x=1']) {
    t.match(await askJson(url, whole, { path }), { status: 200, json: { finish_reason: 'stop' } }, path)
  }
  for (const path of ['/v1//models', '//v1/models/', '/v1/models//shop/', '/health/', '//docs//', '/docs/', '/docs', '/openapi.json/']) {
    const answer = await ask(url, undefined, { method: 'GET', path })
    t.ok(answer.status < 400, `${path}: ${answer.status}`)
    answer.leave()
  }
  const { status, headers } = await askJson(url, undefined, { method: 'GET', path: '//chat/' })
  t.equal(status, 405)
  t.equal(headers.allow, 'POST')
})

t.test('accepts DELETE with a content type and no body, or one that says nothing', async t => {
  const { url } = await startTestApp(t)
  const { json } = await askJson(url, { ...whole, conversation_id: 'c1' })
  for (const path of [
    `/chat/${json.answer_id}`, '/conversations/c1?user_id=u1&company_id=shop', '/v1/indexes/faq/documents/delivery?company_id=shop',
  ]) {
    for (const type of ['application/json', 'application/json; charset=utf-8', 'text/plain', 'application/x-www-form-urlencoded']) {
      for (const length of [{}, { 'content-length': '0' }] as Record<string, string>[]) {
        const { status } = await ask(url, undefined, { method: 'DELETE', path, headers: { 'content-type': type, ...length } })
        t.ok([200, 202, 204, 404].includes(status), `${path} ${type} ${status}`)
      }
    }
    const chunked = await sendBytes(
      url,
      `DELETE ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n` +
      'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
    )
    t.match(chunked, /^HTTP\/1\.1 (?:20[024]|404) /, `${path} chunked`)
    const withBody = await ask(url, '{}', { method: 'DELETE', path })
    t.ok([200, 202, 204, 404].includes(withBody.status), `${path} {} ${withBody.status}`)
  }
  t.match(await askJson(url, ''), { status: 400, json: { code: 'INVALID_JSON' } }, 'a question needs its body')
})
