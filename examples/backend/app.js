// Asks Causerie from the browser, as the user whose token this is, and shows the answer as it comes.
const byId = id => document.getElementById(id)
const [user, question, answer, sources] = ['user', 'question', 'answer', 'sources'].map(byId)

let session
async function logIn () {
  session = await (await fetch(`/token?as=${user.value}`, { method: 'POST' })).json()
  answer.textContent = ''
  sources.replaceChildren()
}
user.addEventListener('change', logIn)
await logIn()

document.querySelector('form').addEventListener('submit', async event => {
  event.preventDefault()
  answer.textContent = ''
  sources.replaceChildren()
  // Neither company nor user is named: both are in the token.
  const response = await fetch(`${session.causerie}/chat`, {
    method: 'POST',
    headers: { authorization: `Bearer ${session.token}`, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ message: question.value }),
  })
  if (!response.ok) {
    answer.textContent = (await response.json()).message
    return
  }
  for await (const { event, data } of readEvents(response.body)) {
    if (event === 'delta') answer.textContent += data.text
    if (event === 'sources') sources.replaceChildren(...data.sources.map(itemOf))
    if (event === 'finish' && data.finish_reason === 'no_answer') sources.replaceChildren()
    if (event === 'error') answer.textContent = data.message
  }
})

function itemOf ({ title }) {
  const item = document.createElement('li')
  item.textContent = title
  return item
}

/** Yields the events of a stream; the package eventsource-parser does the same. */
async function * readEvents (body) {
  let text = ''
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + part).split('\n\n')
    text = blocks.pop()
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map(line => line.split(/: (.*)/)))
      if (fields.event) yield { event: fields.event, data: JSON.parse(fields.data) }
    }
  }
}
