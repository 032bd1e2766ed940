// Asks Causerie from the browser, as the user whose token this is, and shows the answer as it comes.
const byId = id => document.getElementById(id)
const [user, question, answer, sources, answered] = ['user', 'question', 'answer', 'sources', 'answered'].map(byId)

const logIn = async () => (await fetch(`/token?as=${user.value}`, { method: 'POST' })).json()
/** A promise: who asks at once waits for it. */
let session = logIn()
function clear () {
  answer.textContent = ''
  sources.replaceChildren()
}
user.addEventListener('change', () => {
  session = logIn()
  clear()
})

// Neither company nor user is named: both are in the token.
async function ask (message) {
  const { causerie, token } = await session
  return fetch(`${causerie}/chat`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ message }),
  })
}

document.querySelector('form').addEventListener('submit', async event => {
  event.preventDefault()
  clear()
  // Screen readers wait for the whole answer.
  answered.ariaBusy = 'true'
  try {
    let response = await ask(question.value)
    if (response.status === 401) {
      // The token has ended.
      session = logIn()
      response = await ask(question.value)
    }
    if (response.ok) await show(response.body)
    else answer.textContent = (await response.json()).message
  } catch {
    answer.textContent = 'The connection was lost. Ask again in a moment.'
  } finally {
    answered.ariaBusy = 'false'
  }
})

async function show (body) {
  let passages = []
  for await (const { event, data } of readEvents(body)) {
    if (event === 'sources') passages = data.sources
    if (event === 'delta') answer.textContent += data.text
    // Of the passages that were found, those that the answer cites.
    if (event === 'finish') sources.replaceChildren(...passages.filter(({ n }) => data.citations.includes(n)).map(itemOf))
    if (event === 'error') answer.textContent = data.message
  }
}

function itemOf ({ n, title }) {
  const item = document.createElement('li')
  item.value = n
  item.textContent = title
  return item
}

/** Yields the events of a stream; the package eventsource-parser does the same. */
async function * readEvents (body) {
  let text = ''
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  for (let part; !(part = await reader.read()).done;) {
    const blocks = (text + part.value).split('\n\n')
    text = blocks.pop()
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map(line => line.split(/: (.*)/)))
      if (fields.event) yield { event: fields.event, data: JSON.parse(fields.data) }
    }
  }
}
