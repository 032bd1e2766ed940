// A chat on the AI SDK's useChat. Nothing in it is Causerie's own but the address.
import { useChat } from '@ai-sdk/react'
import { DefaultChatTransport } from 'ai'
import { useEffect, useState } from 'react'

// The user is part of the address, since a client that reconnects sends no body. On your site, your server fills it in.
const id = sessionStorage.getItem('chat') ?? crypto.randomUUID()
sessionStorage.setItem('chat', id)
// The client keeps the conversation: a reload shows it again, and an answer that was still being written goes on.
const stored = JSON.parse(sessionStorage.getItem('messages') ?? '[]')
const query = `company_id=fjord-outdoor&user_id=${id}`
const transport = new DefaultChatTransport({ api: `/api/chat?${query}`, body: { resumable: true } })

export function Chat () {
  const [question, setQuestion] = useState('')
  const { messages, sendMessage, status, error } = useChat({ id, messages: stored, transport, resume: true })
  const isRunning = status === 'submitted' || status === 'streaming'
  useEffect(() => {
    if (status === 'submitted' || status === 'ready') sessionStorage.setItem('messages', JSON.stringify(messages))
  }, [messages, status])
  // stop() of useChat only closes the connection, which a resumable answer survives.
  const stop = () => fetch(`/api/chat/${id}/stream?${query}`, { method: 'DELETE' })
  const ask = event => {
    event.preventDefault()
    if (question.trim() === '' || isRunning) return
    sendMessage({ text: question })
    setQuestion('')
  }
  return (
    <main>
      <h1>Ask Fjord Outdoor</h1>
      <div aria-live='polite'>
        {messages.map(message => <Message key={message.id} {...message} />)}
        {status === 'submitted' && <p className='hint'>Searching…</p>}
        {error && <p role='alert'>That did not work. Try again in a moment.</p>}
      </div>
      <form onSubmit={ask}>
        <label htmlFor='question'>Your question</label>
        <div className='row'>
          <input id='question' value={question} onChange={event => setQuestion(event.target.value)} autoComplete='off' />
          {isRunning ? <button type='button' onClick={stop}>Stop</button> : <button>Ask</button>}
        </div>
      </form>
    </main>
  )
}

function Message ({ role, parts }) {
  const text = parts.filter(({ type }) => type === 'text').map(part => part.text).join('')
  const sources = parts.filter(({ type }) => type === 'source-url' || type === 'source-document')
  return (
    <article className={role}>
      <p>{text}</p>
      {sources.length > 0 && (
        <ol>
          {sources.map(({ sourceId, title, url }) => (
            <li key={sourceId} value={sourceId}>{url ? <a href={url}>{title}</a> : title}</li>
          ))}
        </ol>
      )}
    </article>
  )
}
