// Titles, tags and follow-up questions: recognised by their structure, whatever the words, and answered by rules.
import t from 'tap'
import { replyToChore } from '../../../src/wire/openai/chore-replies.ts'
import { readChore } from '../../../src/wire/openai/chores.ts'
import { libreChatTitles, openWebUiTasks } from '../../fixtures/openai-bodies.ts'
import { growsWithLength, repeated } from '../../fixtures/growth.ts'

const company = { name: 'Petit Nid', language: 'fr' as const, commonQuestions: ['Quels sont les délais ?', 'Livrez-vous en Corse ?'] }
const chat =
  'USER: Bonjour ! Combien coûte le lot de 300 couches taille 4 ?\nASSISTANT: 59,90 € [1].\nUSER: et en taille 3 ?\nASSISTANT: 54,90 €.'
const reply = (text: string, instructions = '') => {
  const chore = readChore(instructions, text)
  return chore && replyToChore(chore, company)
}
const fenced = (tag: string, data = chat) => `<${tag}>\n${data}\n</${tag}>`

t.test('recognises the requests of Open WebUI and LibreChat', async t => {
  const kind = ({ messages }: { messages: { role: string, content: string }[] }) =>
    readChore(messages[0]!.content, messages.at(-1)!.content)
  t.match(kind(openWebUiTasks.title), {
    kind: 'title', key: 'title', conversation: [{ role: 'user', text: 'How long does delivery take?' }, {}],
  })
  t.match(kind(openWebUiTasks.tags), { kind: 'tags', key: 'tags' })
  t.match(kind(openWebUiTasks.followUps), { kind: 'follow-ups', key: 'follow_ups' })
  t.match(kind(libreChatTitles.completion), { kind: 'title', key: null, conversation: [{ role: 'user' }, { role: 'assistant' }] })
})

t.test('writes a title', async t => {
  const title = 'Combien coûte le lot de 300 couches taille…'
  t.equal(reply(`Name it, as {"title": "…"}.\n${fenced('chat_history')}`), JSON.stringify({ title }))
  t.equal(reply(`Donnez un titre à cette conversation, en français.\n\n${fenced('conversation')}`), title)
  t.equal(reply(`Write a title of at most five words.\n\nConversation:\n${chat}`), title)
  t.equal(reply('Schreibe einen Titel.\n\nUser: Hallo\nAI: Guten Tag!\nUser: was kostet Versand?\nAI: 4 €'), 'Was kostet Versand')
  t.equal(reply(`A title, please.\n${fenced('chat', 'USER: Bonjour\nASSISTANT: Bonjour !')}`), 'Bonjour')
  t.equal(reply(`A title, please.\n${fenced('chat', 'ASSISTANT: Bonjour !')}`), 'Petit Nid')
  t.equal(JSON.parse(reply(`{ "title": "x" }\n${fenced('chat_history', 'USER: Le "prix"\ndu\tlit ?')}`)!).title, 'Le prix du lit')
})

t.test('writes tags, follow-up questions, and nothing where nothing is needed', async t => {
  t.same(JSON.parse(reply(`Tags as {"tags": ["a"]}.\n${fenced('chat_history')}`)!), { tags: ['taille', 'lot', 'couches'] })
  t.equal(reply(`{"tags": []}\n${fenced('chat_history', 'USER: Bonjour')}`), '{"tags":["General"]}')
  t.same(JSON.parse(reply(`{"follow_ups": ["?"]}\n${fenced('chat_history', 'USER: quels sont les délais')}`)!), {
    follow_ups: ['Livrez-vous en Corse ?'],
  })
  t.equal(reply(`{ "queries": ["q1"] }\n${fenced('chat_history')}`), '{"queries":[]}')
  t.equal(reply(`Answer as { "text": "…" }\n${fenced('chat_history')}\n<text>Combien co</text>`), '{"text":""}')
  t.equal(reply(`Query: History:\n${chat}\nQuery: et en 2 ?`, 'Available tools: []. Return {"tool_calls": []}'), '{"tool_calls":[]}')
  const tools = 'Available Tools: [{"name": "clock", "parameters": {"type": "object"}}]. Answer as {"tool_calls": []}.'
  t.equal(reply(`Query: History:\n${chat}\nQuery: et en 2 ?`, tools), '{"tool_calls":[]}')
})

t.test('gives an emoji for a message that is quoted to the end, and for nothing else', async t => {
  t.equal(reply('Choose the emoji of the face of who says this (😊, 😡).\n\nMessage: """Das Zelt wiegt 1,9 kg [1]."""'), '🙂')
  t.equal(reply('### Task:\nOne emoji for the mood.\n### Message:\n```\nMerci beaucoup !\n```\n'), '🙂')
  for (const question of [
    'Do you sell emoji stickers?',
    'My message: """I want emoji stickers"""', 'An emoji for it.\nMessage: """Hi""" And the price?',
    'One emoji.\nMessage: """', 'One emoji.\nMessage: Hi',
    'Was bedeutet das Emoji in eurer Mail?\nMessage: """Ihr Paket 📦 ist da"""',
    'J\'ai ce message avec un emoji bizarre, que faire ?\n\nMessage:\n```\n⚠️ Erreur E-12\n```',
    '这个emoji是什么意思？\nMessage: """📦"""',
  ]) t.equal(reply(question), null, question)
})

t.test('makes one of the answers of several models, and of nothing else', async t => {
  const order = 'Several models have answered the query "Was kostet das Zelt?\nUnd der Versand?". Synthesize these responses into one.'
  const answers = ['Das Zelt kostet 89 € [1].', '- Das Zelt kostet 89 €\n\nDer Versand ist frei [2].']
  const quoted = answers.map(answer => `"""${answer}"""`).join('\n\n')
  const merged = 'Das Zelt kostet 89 €.\n\nDer Versand ist frei.'
  t.equal(reply(`${order}\n\nResponses from models: ${quoted}\n`), merged)
  t.equal(reply(`Fusionne ces réponses en une seule, bien écrite.\n\n${quoted}`), merged)
  t.equal(reply(`Fasse diese Antworten zu "Was kostet das Zelt?" zusammen.\n${quoted}`), merged)
  for (const question of [
    `Which of these answers is right, and can they be combined?\n${quoted}`,
    `${order}\n"""${answers[0]}"""`,
    `${order}\n${quoted} And the price?`,
    `Two mails about the tent:\n${quoted}`,
    'Do you merge responses?', 'Merge these answers: "a" and "b"', 'Merge these answers.\n"""', 'Merge these answers.\n""""""',
  ]) t.equal(reply(question), null, question)
})

t.test('takes no longer for a text that is made to be slow', async t => {
  const parts = [
    'merge answers\n""" ',
    '<chat_history>', '\n', '# ', '{"', '{ ', 'User:\n', 'conversation ', '</chat>', '* * ', 'emoji\nmessage:\n', 'message: """\n',
  ]
  for (const part of parts) {
    growsWithLength(t, text => readChore('', text), repeated(part), 100_000)
    growsWithLength(t, text => readChore('', `Title, please. ${fenced('chat', text)}`), repeated(part), 50_000)
  }
})

t.test('leaves questions alone', async t => {
  for (const question of [
    'How long does delivery take?',
    'Quel est le titre du livre pour enfants ?',
    'Write a title for my shop',
    'Conversation: which tags do you sell?',
    'User: Combien coûte la poussette ?',
    'I was told this by your assistant: "two days". Is that right?',
    `${fenced('conversation')}\nIs that still right?`,
    'What does {"title": "x"} mean in your API?',
    'Le titre de transport est-il remboursé ?\nAssistant: merci',
  ]) t.equal(reply(question), null, question)
  t.equal(reply('How long does delivery take?', 'Answer as {"title": "…"}'), null, 'whatever the system says')
})
