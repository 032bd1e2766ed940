// Documents that carry markup: nothing of it works in any field of any route, whoever writes the answer.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { ask, askJson } from '../fixtures/app-client.ts'
import { fakeEmbedder, fakeModel, vectorOf } from '../fixtures/app-parts.ts'
import { startTestApp, temporaryFolder } from '../helper.ts'

const evil = '![x](https://evil.example/?q=1) <img src=x onerror=alert(1)> <script>alert(1)</script> [go](javascript:alert(1)) ' +
  '[go](JAVA\tSCRIPT:alert(1)) [go](javascript&colon;alert(1)) <https://evil.example>'
const documents = [
  {
    id: 'delivery', question: `How long does delivery take? ${evil} ?`,
    answer: `Delivery takes two days. ${evil}. Delivery is free. ${evil}`,
    url: 'javascript:alert(1)', carrier: `Post ${evil}`,
  },
  {
    id: 'plain', question: 'How long does delivery take?', answer: `Delivery takes two days ${evil}`, url: 'https://shop.example/',
    carrier: evil,
  },
]

async function evilCompany (t: Test): Promise<string> {
  const dir = await temporaryFolder(t)
  await mkdir(join(dir, 'shop'))
  const indexes = { faq: { title: 'question', text: ['answer'], url: 'url', fields: { carrier: 'Carrier' } } }
  await writeFile(join(dir, 'shop', 'company.json'), JSON.stringify({ id: 'shop', name: 'Shop', language: 'en', indexes }))
  await writeFile(join(dir, 'shop', 'faq.json'), JSON.stringify(documents))
  return dir
}

/** Fails when a client that shows Markdown or HTML would load, run or hide something. */
function harmless (t: Test, text: string, what: string): void {
  t.notMatch(text, /!\[/, `${what}: an image`)
  t.notMatch(text, /<[\p{L}/!?]/u, `${what}: a tag`)
  t.notMatch(text, /java(\\t)?script:/i, `${what}: a script`)
  t.notMatch(text, /\]\((?!https?:|mailto:|tel:|\/|#)/, `${what}: a link`)
}

const message = 'How long does delivery take?'
/** Every way to ask, in every format. */
async function answers (url: string): Promise<string[]> {
  const chat = { company_id: 'shop', user_id: 'u', message }
  const completion = { model: 'shop', messages: [{ role: 'user', content: message }] }
  const ui = { company_id: 'shop', id: 'c', messages: [{ id: 'm', role: 'user', parts: [{ type: 'text', text: message }] }] }
  return Promise.all([
    ask(url, chat), ask(url, { ...chat, stream: false }), ask(url, completion, { path: '/v1/chat/completions' }),
    ask(url, { ...completion, stream: true }, { path: '/v1/chat/completions' }), ask(url, ui, { path: '/api/chat' }),
  ].map(async answer => (await answer).text()))
}

t.test('an extractive answer', async t => {
  const { url } = await startTestApp(t, { config: { SAMPLES_DIR: await evilCompany(t) } })
  for (const text of await answers(url)) {
    t.match(text, 'two days')
    harmless(t, text, text.slice(0, 60))
  }
})

t.test('an FAQ entry', async t => {
  const embedder = fakeEmbedder({ embedQuestion: async text => vectorOf(text) })
  const config = { SAMPLES_DIR: await evilCompany(t), FAQ_ANSWERS: true }
  const { url } = await startTestApp(t, { embedder, model: fakeModel(['not asked']), config })
  const [, whole] = await answers(url)
  t.equal(JSON.parse(whole!).answered_by, 'faq')
  for (const text of await answers(url)) harmless(t, text, text.slice(0, 60))
})

t.test('a model that repeats what it reads, in any pieces', async t => {
  const { url } = await startTestApp(t, { model: fakeModel([...`${evil} [1]`]), config: { SAMPLES_DIR: await evilCompany(t) } })
  for (const text of await answers(url)) harmless(t, text, text.slice(0, 60))
})

t.test('documents, their list, the summary and a conversation', async t => {
  const { url } = await startTestApp(t, { config: { SAMPLES_DIR: await evilCompany(t) } })
  const { json } = await askJson(url, { company_id: 'shop', user_id: 'u', conversation_id: 'c1', message, stream: false })
  t.match(json.text ?? json.answer ?? JSON.stringify(json), 'two days')
  for (const path of [
    '/v1/indexes/faq/documents?company_id=shop', '/v1/indexes/faq/documents/delivery?company_id=shop',
    '/v1/indexes/faq/documents/plain?company_id=shop', '/v1/knowledge/summary?company_id=shop',
    '/conversations/c1?company_id=shop&user_id=u',
  ]) {
    const answer = await ask(url, undefined, { method: 'GET', path })
    const text = await answer.text()
    t.equal(answer.status, 200, path)
    harmless(t, text, path)
    for (const { url } of JSON.parse(text).data ?? [JSON.parse(text)]) t.notMatch(url ?? '', /^javascript/i)
  }
})
