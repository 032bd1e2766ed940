// How other programs ask the same company: what exists today, with the right address.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { serviceAddress } from '../api.ts'
import { curlOf } from '../ask/curl.ts'
import { exampleQuestions } from '../ask/examples.ts'
import { access, company } from '../session.ts'
import { CopyButton, PageHead } from '../ui/parts.tsx'
import { WidgetTab } from './widget-tab.tsx'

interface Way { id: string, name: string, about: string, code: string }

function waysOf (id: string, question: string, keyless: boolean): Way[] {
  const key = keyless ? "'none'" : 'process.env.CAUSERIE_KEY'
  const bearer = keyless ? '' : "\n  headers: { authorization: 'Bearer ' + key },"
  return [
    {
      id: 'widget', name: 'Chat on a page',
      about: 'A button on every page of your site, by one line of HTML.', code: '',
    },
    { id: 'curl', name: 'curl', about: 'A stream of events: start, sources, delta, finish.', code: curlOf(id, question) },
    {
      id: 'openai', name: 'OpenAI client', about: 'The openai package as it is. A model is a company.',
      code: `import OpenAI from 'openai'

const client = new OpenAI({ baseURL: '${serviceAddress}/v1', apiKey: ${key} })
const stream = await client.chat.completions.create({
  model: '${id}',
  stream: true,
  messages: [{ role: 'user', content: ${JSON.stringify(question)} }],
})
for await (const { choices } of stream) process.stdout.write(choices[0]?.delta.content ?? '')`,
    },
    {
      id: 'usechat',
      name: 'React, useChat',
      about: 'The AI SDK as it is. A page of another origin needs CORS_ORIGINS, or your own back end between.',
      code: `import { useChat } from '@ai-sdk/react'
import { DefaultChatTransport } from 'ai'

// The user is part of the address, because a client that reconnects sends no body.
const query = new URLSearchParams({ company_id: '${id}', user_id: user.id })
const transport = new DefaultChatTransport({
  api: \`${serviceAddress}/api/chat?\${query}\`,${bearer}
  body: { resumable: true },
})
const { messages, sendMessage } = useChat({ id: chatId, transport, resume: true })`,
    },
    {
      id: 'documents', name: 'Documents', about: 'Files, folders, and a site, from a terminal.',
      code: `npx causerie ingest handbook/ --company ${id} --index ${company.value?.indexes[0] ?? 'pages'}
npx causerie crawl --site https://shop.example --company ${id} --index ${company.value?.indexes[0] ?? 'pages'} --every 1h`,
    },
  ]
}

const shown = signal('widget')

export function InstallPage (): JSX.Element {
  const { id = 'acme', name = 'the company' } = company.value ?? {}
  const question = exampleQuestions.value?.[0] ?? 'What are the delivery times?'
  const ways = waysOf(id, question, access.value?.keyless ?? true)
  const way = ways.find(({ id }) => id === shown.value) ?? ways[0]!
  const move = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    const next = ways[(ways.indexOf(way) + by + ways.length) % ways.length]!
    shown.value = next.id
    document.getElementById(`tab-${next.id}`)!.focus()
  }
  return (
    <div class='page'>
      <PageHead title='Install' about={`Ask ${name} from your own page or program. The answers are the same as here.`} />
      <section class='card'>
        <div class='tabs' role='tablist' aria-label='Ways to ask' onKeyDown={move}>
          {ways.map(({ id, name }) => (
            <button
              key={id} type='button' role='tab' id={`tab-${id}`} aria-controls='way'
              aria-selected={way.id === id} tabIndex={way.id === id ? 0 : -1} onClick={() => { shown.value = id }}
            >
              {name}
            </button>
          ))}
        </div>
        <div id='way' role='tabpanel' aria-labelledby={`tab-${way.id}`}>
          <p class='hint'>{way.about}</p>
          {way.id === 'widget'
            ? <WidgetTab company={id} />
            : <div class='command tall'><pre tabIndex={0}>{way.code}</pre><CopyButton text={() => way.code}>Copy</CopyButton></div>}
        </div>
      </section>
      <section class='card'>
        <h2>Before it is public</h2>
        <ul class='plain-list'>
          <li>Keep the key on your server: it may ask as anyone. A page in a browser calls your server, which calls Causerie.</li>
          <li>Send your own user's id as <code>user_id</code>: conversations and limits belong to it.</li>
          <li>Every route and field is in the <a href='docs'>API page</a> and in <a href='openapi.json'>openapi.json</a>.</li>
        </ul>
      </section>
    </div>
  )
}
