// Who finds which documents: by every way of asking, in every form of upload, for keys and for tokens.
import type { FastifyInstance } from 'fastify'
import { SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import type { Scope } from '../../src/keys/store.ts'
import { parse } from '../fixtures/app-client.ts'
import { buildTestApp } from '../helper.ts'

type Headers = Record<string, string>
const salaries = 'What is the monthly salary of a baker?'
const secret = /4711 crowns/
const documents = [
  { id: 'pay', question: salaries, answer: 'The monthly salary of a baker is 4711 crowns.', grade: 3, access: ['group:staff', 'user:ann'] },
  { id: 'hours', question: 'When does the bakery open?', answer: 'The bakery opens at six.', grade: 1 },
]

async function upload (app: FastifyInstance, payload: string, query: string, type = 'application/json') {
  const url = `/v1/indexes/faq/documents?company_id=shop&${query}`
  const sent = await app.inject({ method: 'PUT', url, payload, headers: { 'content-type': type } })
  if (sent.statusCode !== 202) return sent.json()
  return (await app.inject({ url: `/v1/tasks/${sent.json().task.id}?wait=60&company_id=shop` })).json()
}

async function make (t: Test, list: object[] = documents) {
  const { app } = await buildTestApp(t, { config: { FAQ_ANSWERS: true, KEY_CACHE_SECONDS: 0 } })
  await upload(app, JSON.stringify(list), '')
  await app.vectors.fill([])
  const post = async (url: string, body: object, headers: Headers = {}) => {
    const answer = await app.inject({ method: 'POST', url, payload: { company_id: 'shop', ...body }, headers })
    return { status: answer.statusCode, text: answer.body, id: answer.headers['x-answer-id'] as string }
  }
  const chat = (who: object, more: object = {}) => post('/chat', { user_id: 'guest', message: salaries, stream: false, ...who, ...more })
  return { app, post, chat }
}

const staff = { groups: ['staff'] }

t.test('every way of asking finds a restricted document for its readers alone, with warm caches and cold', async t => {
  const { post, chat } = await make(t)
  const openAi = (who: object) => post('/v1/chat/completions', { model: 'shop', messages: [{ role: 'user', content: salaries }], ...who })
  const responses = (who: object) => post('/v1/responses', { model: 'shop', input: salaries, ...who })
  const aiSdk = (who: object) => post('/api/chat', { messages: [{ role: 'user', parts: [{ type: 'text', text: salaries }] }], ...who })
  const search = (who: object) => post('/search', { message: salaries, explain: true, ...who })
  const ways = { chat, openAi, responses, aiSdk, search }
  for (const round of ['cold', 'warm', 'warmer']) {
    for (const [name, way] of Object.entries(ways)) {
      for (const who of round === 'warmer' ? [{}, staff, {}] : [staff, {}]) {
        t.equal(secret.test((await way(who)).text), who === staff, `${name}, ${round}`)
      }
    }
  }
  t.match((await chat({ user_id: 'ann' })).text, secret, 'a user by name')
  t.notMatch((await openAi({ user: 'bob' })).text, secret)
  t.match((await openAi({ user: 'ann' })).text, secret)
  const { words } = JSON.parse((await search({})).text).explain
  t.match(words.find(({ word }: { word: string }) => word === 'salary'), { known: false, corrections: [] })
})

t.test('people who may see the same share answers; without restricted documents everyone does', async t => {
  const { app, chat } = await make(t)
  const cacheOf = async (who: object) => JSON.parse((await chat(who, { message: 'When does the bakery open?' })).text).cache
  t.same([await cacheOf({ user_id: 'a', groups: ['choir'] }), await cacheOf({ user_id: 'b' })], ['miss', 'hit'])
  t.same([await cacheOf({ user_id: 'c', groups: ['staff', 'choir'] }), await cacheOf({ user_id: 'd', ...staff })], ['miss', 'hit'])
  t.equal(await cacheOf({ user_id: 'ann' }), 'miss')
  await app.documents!.remove('shop', 'faq', ['pay'])
  t.same([await cacheOf({ user_id: 'ann', ...staff }), await cacheOf({ user_id: 'b' })], ['miss', 'hit'])
})

t.test('an answer that rests on restricted documents is resumed by its readers alone', async t => {
  const { app, chat } = await make(t)
  const mine = await chat(staff)
  const read = async (query: string) =>
    app.inject({ url: `/chat/${mine.id}?company_id=shop${query}`, headers: { accept: 'application/json' } })
  t.match((await read('&user_id=guest&groups=staff')).body, secret)
  for (const query of ['', '&user_id=guest', '&groups=sales', '&user_id=ann']) {
    t.match((await read(query)).json(), { code: 'ANSWER_NOT_FOUND' }, query)
  }
  t.equal((await app.inject({ url: `/chat/${mine.id}` })).statusCode, 404, 'without a company either')
  const resumed = await app.inject({
    method: 'POST', url: '/chat', payload: { company_id: 'shop', user_id: 'guest', message: salaries },
    headers: { 'last-event-id': `${mine.id}.0` },
  })
  t.notMatch(resumed.body, secret)
  t.ok(parse(resumed.body).length > 2, 'it is asked anew')
  const open = await chat({})
  t.equal((await app.inject({ url: `/chat/${open.id}?company_id=shop` })).statusCode, 200)
})

t.test('what was answered from restricted documents is not said again to somebody else in the same conversation', async t => {
  const { app, chat } = await make(t)
  const turn = { user_id: 'desk', conversation_id: 'counter' }
  t.match((await chat({ ...turn, ...staff })).text, secret)
  await chat(turn, { message: 'When does the bakery open?' })
  t.notMatch((await chat(turn, { message: 'And how much is that for two?' })).text, secret)
  const read = async (query: string) => (await app.inject({ url: `/conversations/counter?company_id=shop&user_id=desk${query}` })).json()
  t.equal((await read('')).turns.length, 2)
  t.notMatch(JSON.stringify(await read('')), secret)
  t.equal((await read('&groups=staff')).turns.length, 3)
})

t.test('a token brings its user and groups, and names no others', async t => {
  const { app, post } = await make(t)
  const signing = makeKey({ company: 'shop', scopes: ['chat'], kind: 'signing' })
  await app.keys.create(signing.key)
  const tokenOf = async (user: string, groups?: string[]) => {
    const token = new SignJWT(groups ? { groups } : {}).setProtectedHeader({ alg: 'HS256', kid: signing.key.id }).setSubject(user)
    return { authorization: `Bearer ${await token.setExpirationTime('1m').sign(new TextEncoder().encode(signing.text))}` }
  }
  const search = async (headers: Headers, more: object = {}) => post('/search', { message: salaries, ...more }, headers)
  t.match((await search(await tokenOf('x', ['staff']))).text, secret)
  t.match((await search(await tokenOf('ann'))).text, secret)
  t.notMatch((await search(await tokenOf('x', ['sales', 'user:ann', 'group:staff']))).text, secret)
  t.match((await search(await tokenOf('x'), staff)).text, /WRONG_USER/)
  t.match((await search(await tokenOf('x'), { user_id: 'ann' })).text, /WRONG_USER/)
  const keyed = async (...scopes: Scope[]) => {
    const { key, text } = makeKey({ company: 'shop', scopes })
    await app.keys.create(key)
    return { authorization: `Bearer ${text}` }
  }
  t.notMatch((await search(await keyed('chat', 'write'))).text, secret, 'a key that names nobody sees what everyone may see')
  t.match((await search(await keyed('chat'), staff)).text, secret)
})

t.test('a list comes with an upload in every form; without one a new document is everyone\'s', async t => {
  const { app } = await make(t, [])
  const form = (...parts: string[]) => `${parts.map(part => `--X\r\ncontent-disposition: form-data; ${part}\r\n`).join('')}--X--\r\n`
  const file = (name: string) => `name="files"; filename="${name}"\r\ncontent-type: text/plain\r\n\r\nA text about ${name}.`
  const lists = async () => Object.fromEntries((await app.inject({ url: '/v1/indexes/faq/documents?company_id=shop' })).json().data
    .map(({ id, access }: { id: string, access: string[] | null }) => [id, access]))
  await upload(app, 'id;question;answer;access\na;A?;Yes.;group:staff\nb;B?;No.;\n', 'name=faq.csv', 'text/csv')
  await upload(app, '---\naccess: [group:staff]\n---\n# Pay\nText.', 'name=pay.md', 'text/markdown')
  await upload(app, 'Plain text.', 'name=plain.txt&access=group%3Asales,user%3A42', 'text/plain')
  await upload(app, 'Nobody reads this.', 'name=nobody.txt&access=%5B%5D', 'text/plain')
  const sendForm = (...parts: string[]) => upload(app, form(...parts), '', 'multipart/form-data; boundary=X')
  await sendForm(file('one.txt'), 'name="access"\r\n\r\ngroup:staff', file('two.txt'), 'name="access"\r\n\r\nuser:7')
  await upload(app, 'id;question;answer;access\nown;A?;Yes.;group:board\nfiles;B?;No.;\n', 'name=mixed.csv&access=group:staff', 'text/csv')
  const both = ['group:staff', 'user:7']
  t.same(await lists(), {
    delivery: null, returns: null, 'faq.csv/a': ['group:staff'], 'faq.csv/b': null, 'mixed.csv/files': ['group:staff'],
    'mixed.csv/own': ['group:board'], 'nobody.txt': [], 'one.txt': both, 'pay.md': ['group:staff'],
    'plain.txt': ['group:sales', 'user:42'], 'two.txt': both,
  })
  t.match(await upload(app, 'x', 'name=x.txt&access=staff', 'text/plain'), { code: 'INVALID_BODY', message: /group:staff/ })
  t.match(await sendForm(file('x.txt'), 'name="access"\r\n\r\nstaff'), { code: 'INVALID_BODY' })
  t.match(await upload(app, '[{"id":"z","question":"Q?","answer":"A.","access":"staff"}]', ''), { status: 'failed', rejected: 1 })
})

t.test('a list is set and taken away by hand, and an upload that names none leaves it', async t => {
  const { app, chat } = await make(t)
  const patch = async (id: string, body: object) => {
    const answer = await app.inject({ method: 'PATCH', url: `/v1/indexes/faq/documents/${id}`, payload: { company_id: 'shop', ...body } })
    return answer.statusCode === 204 ? 204 : answer.json().code
  }
  const open = { message: 'When does the bakery open?' }
  const sees = async (who: object, more: object = open) => /at six/.test((await chat(who, more)).text)
  t.ok(await sees({}))
  t.equal(await patch('hours', { access: ['group:staff'] }), 204)
  t.same([await sees({}), await sees(staff)], [false, true])
  await upload(app, JSON.stringify([{ ...documents[1], answer: 'The bakery opens at six, on Sundays at seven.' }]), '')
  t.same([await sees({}), await sees(staff)], [false, true], 'after an upload')
  t.equal(await patch('hours', { access: null }), 204)
  t.ok(await sees({}))
  t.equal(await patch('hours', { access: [], pinned: true }), 204)
  t.notOk(await sees({ user_id: 'ann', ...staff }))
  t.match((await app.inject({ url: '/v1/indexes/faq/documents/hours?company_id=shop' })).json(), { access: [], pinned: true })
  for (const body of [{ access: ['staff'] }, { access: 'group:staff' }, {}]) {
    t.equal(await patch('hours', body), 'INVALID_BODY', JSON.stringify(body))
  }
  t.equal(await patch('nothing', { access: [] }), 'DOCUMENT_NOT_FOUND')
})

t.test('a file that is uploaded again without a list keeps the one it had, whichever way that came', async t => {
  const { app, chat } = await make(t, [])
  const lists = async () => Object.fromEntries((await app.inject({ url: '/v1/indexes/faq/documents?company_id=shop' })).json().data
    .map(({ id, access }: { id: string, access: string[] | null }) => [id, access]))
  const long = (word: string) => `${word}. ${'The night shift of the bakery starts at three in the morning. '.repeat(900)}`
  const rows = (access: string) => `id;question;answer;access\na;A?;${access}.;${access}\nb;B?;No.;\n`
  await upload(app, 'The bakery opens at six.', 'name=plain.txt&access=group:staff', 'text/plain')
  await upload(app, long('first'), 'name=long.txt&access=%5B%5D', 'text/plain')
  await upload(app, '---\naccess: [group:staff]\n---\n# Pay\nText.', 'name=pay.md', 'text/markdown')
  await upload(app, rows('group:staff'), 'name=faq.csv', 'text/csv')
  const before = await lists()
  t.match(before, {
    'faq.csv/a': ['group:staff'], 'faq.csv/b': null, 'long.txt': [], 'pay.md': ['group:staff'], 'plain.txt': ['group:staff'],
  })
  for (let round = 0; round < 2; round++) {
    t.match(await upload(app, 'The bakery opens at six.', 'name=plain.txt', 'text/plain'), { status: 'done' })
    await upload(app, long(`round ${round}`), 'name=long.txt', 'text/plain')
    await upload(app, `# Pay\nText ${round}.`, 'name=pay.md', 'text/markdown')
    await upload(app, rows('').replaceAll('No.', `No ${round}.`), 'name=faq.csv', 'text/csv')
    t.same(await lists(), before)
  }
  t.notMatch((await chat({}, { message: 'When does the bakery open?' })).text, /at six/)
  t.match((await chat(staff, { message: 'When does the bakery open?' })).text, /at six/)
  await upload(app, 'The bakery opens at six.', 'name=plain.txt&access=user:42', 'text/plain')
  t.same((await lists())['plain.txt'], ['user:42'], 'another list counts')
  await app.inject({ method: 'DELETE', url: '/v1/indexes/faq/documents/plain.txt?company_id=shop' })
  await upload(app, 'The bakery opens at six.', 'name=plain.txt', 'text/plain')
  t.equal((await lists())['plain.txt'], null, 'a document that was removed leaves nothing')
})

t.test('documents that share a passage are told apart once one of them is restricted', async t => {
  const { app, chat } = await make(t, [])
  const text = 'The night shift of the bakery starts at three in the morning and ends at eleven, with two breaks of half an hour ' +
    'each, paid in full by the house for everyone who works there.'
  for (const name of ['public', 'internal', 'third']) await upload(app, `# ${name} rules\n${text}`, `name=${name}.md`, 'text/markdown')
  const question = { message: 'When does the night shift of the bakery start?' }
  const titles = async (who: object) => (await chat(who, question)).text.match(/(public|internal|third) rules/g)?.sort() ?? []
  t.same(new Set(await titles({})), new Set(['public rules', 'internal rules', 'third rules']))
  for (const id of ['public.md', 'internal.md']) {
    await app.inject({ method: 'PATCH', url: `/v1/indexes/faq/documents/${id}`, payload: { company_id: 'shop', access: ['group:staff'] } })
  }
  t.same(new Set(await titles({})), new Set(['third rules']))
  t.same(new Set(await titles(staff)), new Set(['public rules', 'internal rules', 'third rules']))
  t.match((await chat({}, question)).text, /three in the morning/)
})

t.test('a summary, and what is suggested, is made of what everyone may see', async t => {
  const { app } = await make(t)
  const { suggestions } = (await app.inject({ url: '/v1/suggest?company_id=shop&q=the' })).json()
  t.same(suggestions.map(({ text }: { text: string }) => text), ['When does the bakery open?'])
  t.same((await app.inject({ url: '/v1/suggest?company_id=shop&q=salary' })).json(), { suggestions: [] })
  const { summary } = (await app.inject({ url: '/v1/knowledge/summary?company_id=shop' })).json()
  t.match(summary, /./)
  t.notMatch(summary, secret)
})

t.test('a filter limits every way of asking, and is part of what is shared', async t => {
  const { post, chat } = await make(t)
  const filter = { grade: { gte: 2 } }
  const both = { ...staff, filter }
  for (let round = 0; round < 2; round++) {
    t.match((await chat(both)).text, secret)
    t.notMatch((await chat(staff, { filter: { grade: 1 } })).text, secret)
    t.notMatch((await chat({}, { filter })).text, secret)
    const other = { ...staff, filter: { grade: 1 } }
    const messages = [{ role: 'user', content: salaries, parts: [{ type: 'text', text: salaries }] }]
    t.notMatch((await post('/v1/chat/completions', { model: 'shop', messages, ...other })).text, secret)
    t.notMatch((await post('/v1/responses', { model: 'shop', input: salaries, ...other })).text, secret)
    t.match((await post('/v1/responses', { model: 'shop', input: salaries, filter: null, groups: null })).text, /"id":"resp_/)
    t.notMatch((await post('/api/chat', { messages, ...other })).text, secret)
    t.notMatch((await post('/search', { message: salaries, ...staff, filter: { grade: { exists: false } } })).text, secret)
  }
  t.match((await post('/search', { message: salaries, filter: { grade: { like: 1 } } })).text, /INVALID_FILTER/)
  t.match((await post('/search', { message: salaries, filter: 'grade = 1' })).text, /INVALID_BODY/)
  const { passages } = JSON.parse((await post('/search', { message: salaries, filter: { unknown: 1 } })).text)
  t.same(passages, [], 'a field that no document has')
})
