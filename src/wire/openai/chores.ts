// Recognises the requests by which chat applications ask for a title, tags or follow-up questions beside each chat.
//
// Their prompts differ between applications and versions, and operators write their own, so the structure decides: one
// message which contains a conversation as data, and around it the order to write something about it.

/**
 * What to write about a conversation. `search`, `completion` and `tools` are asked for too, and the answer is always: nothing. An
 * `emoji` is asked for about a single message, and a `merge` of the answers of several models.
 */
export type ChoreKind = 'title' | 'tags' | 'follow-ups' | 'search' | 'completion' | 'tools' | 'emoji' | 'merge'

export interface ChatMessage { role: string, text: string }

export interface Chore {
  kind: ChoreKind
  /** The key of the JSON object that is asked for; null if the text alone is. */
  key: string | null
  /** All keys of that object. */
  keys: string[]
  /** The function whose arguments that object is; absent when it is the text. */
  tool?: string
  conversation: ChatMessage[]
}

/** The object that a request demands by a schema. */
export interface Demanded {
  keys: string[]
  tool?: string
}

/** The keys of the JSON that is asked for, in the order in which they decide. */
const kindsByKey: [ChoreKind, RegExp][] = [
  ['tools', /^tool_?calls$/],
  ['title', /^(?:chat_?|conversation_?)?(?:title|name)$/],
  ['tags', /^(?:tags|topics|categories|labels)$/],
  ['follow-ups', /^(?:follow_?ups?|follow_?up_?questions|suggest(?:ed|ions)\w*|questions)$/],
  ['search', /^(?:search_?)?quer(?:y|ies)$/],
  ['completion', /^(?:text|completion|continuation|prompt)$/],
]

/** The words of the order, for one that does not ask for JSON. */
const kindsByWord: [ChoreKind, RegExp][] = [
  ['title', /(?<!\p{L})(?:titles?|titres?|títulos?|titulos?|titels?|überschrift|titol[oi])(?!\p{L})/iu],
  ['follow-ups', /(?<!\p{L})(?:follow[- ]?ups?|questions? de suivi|preguntas de seguimiento|anschlussfragen|folgefragen)(?!\p{L})/iu],
  ['tags', /(?<!\p{L})(?:tags|étiquettes|etiquetas|schlagw[oö]rter)(?!\p{L})/iu],
]

const closingTag = /<\/(chat_?history|conversation|chat|history|messages|transcript|dialog(?:ue)?)>/gi
const askers = 'user|human|customer|client|you|utilisateur|usuario|benutzer|nutzer'
const answerers = 'assistant|asistente|assistent|ai|bot|model|system'
const heads = 'conversation|chat(?: history)?|history|transcript|messages|discussion|gespräch|conversación|historique'
/** A line such as "Conversation:" or "### Chat History:", with the conversation below it. */
const headed = new RegExp(`^[ \\t#*]*(?:the )?(?:${heads})[ \\t*]*:[ \\t*]*$`, 'im')
const speaker = new RegExp(`^[ \\t>*#-]*(${askers}|${answerers})[ \\t*]*:[ \\t*]*`, 'im')
/** The head of a message that is quoted, to the end of the request. */
const quoted = /^[ \t#*]*message[ \t*]*:\s*("""|```)/im
const quotes = '"""'
const betweenQuotes = /"{3}\s+"{3}/
const mergeWord = /(?<!\p{L})(?:synth[eé]|merg|combin|fusion|unif|sintetiz|zusammen|vereinig|verschmelz)/iu
const answerWord = /(?<!\p{L})(?:responses?|answers?|replies|réponses?|respuestas?|antworten)(?!\p{L})/iu
const asking = new RegExp(`^(?:${askers})$`, 'i')

/**
 * Returns what a request asks to be written about a conversation; null for a question.
 * @param instructions the system's messages
 * @param text the only other message
 * @param demanded the object that the request demands beside its words
 */
export function readChore (instructions: string, text: string, demanded?: Demanded): Chore | null {
  const { order, data } = split(text)
  if (data === null) {
    if (wantsEmoji(text)) return { kind: 'emoji', key: null, keys: [], conversation: [] }
    const answers = answersToMerge(text)
    return answers && { kind: 'merge', key: null, keys: [], conversation: answers.map(text => ({ role: 'assistant', text })) }
  }
  const shown = demanded?.keys ?? jsonKeys(`${instructions}\n${order}`)
  // The descriptions of tools have names too.
  const key = shown.find(key => kindOfKey(key) === 'tools') ?? shown.find(key => kindOfKey(key)) ?? null
  const kind = key === null ? kindsByWord.find(([, words]) => words.test(order))?.[0] : kindOfKey(key)
  if (!kind || (demanded && key === null)) return null
  return {
    kind, key, keys: demanded?.keys ?? (key === null ? [] : [key]), conversation: readConversation(data),
    ...(demanded?.tool === undefined ? {} : { tool: demanded.tool }),
  }
}

/** Tells whether the order is an emoji for the one message that follows it. */
function wantsEmoji (text: string): boolean {
  const head = quoted.exec(text)
  const order = text.slice(0, head?.index)
  // Who asks something about an emoji and quotes a message is a customer.
  if (!head || !/emoji/i.test(order) || /[?？؟]/.test(order)) return false
  const message = text.slice(head.index + head[0].length).trimEnd()
  return message.endsWith(head[1]!)
}

/** Returns the answers that the order wants to have as one: at least two, each quoted, to the end of the request. */
function answersToMerge (text: string): string[] | null {
  const start = text.indexOf(quotes)
  if (start < 0 || !text.trimEnd().endsWith(quotes)) return null
  const answers = text.slice(start).trim().slice(quotes.length, -quotes.length).split(betweenQuotes).map(answer => answer.trim())
  const order = text.slice(0, start)
  // The customer's question is quoted in the order. Who asks something about such texts is a customer.
  const words = `${order.slice(0, order.indexOf('"') >>> 0)} ${order.slice(order.lastIndexOf('"') + 1)}`
  return answers.length > 1 && mergeWord.test(words) && answerWord.test(words) && !/[?？؟]/.test(words) ? answers : null
}

function kindOfKey (key: string): ChoreKind | undefined {
  return kindsByKey.find(([, form]) => form.test(key.toLowerCase()))?.[0]
}

/** Separates the order from the conversation, which is marked as data, or follows it with the names of its speakers. */
function split (text: string): { order: string, data: string | null } {
  // An example of a conversation may come before the conversation itself.
  const closing = [...text.matchAll(closingTag)].at(-1)
  const opening = closing ? `<${closing[1]}>` : ''
  const from = closing ? text.toLowerCase().lastIndexOf(opening.toLowerCase(), closing.index) : -1
  if (closing && from >= 0) {
    const order = `${text.slice(0, from)}\n${text.slice(closing.index + closing[0].length)}`
    return { order, data: text.slice(from + opening.length, closing.index) }
  }
  const head = headed.exec(text)
  const start = head ? head.index : speaker.exec(text)?.index ?? 0
  const data = text.slice(start + (head?.[0].length ?? 0))
  const roles = readConversation(data).map(({ role }) => role)
  return start > 0 && (head ? speaker.test(data) : roles.includes('user') && roles.includes('assistant'))
    ? { order: text.slice(0, start), data }
    : { order: text, data: null }
}

/** Returns the keys of the JSON objects that an order shows, in the order of appearance. */
function jsonKeys (orders: string): string[] {
  return [...orders.matchAll(/\{\s*["“”']([A-Za-z_]+)["“”']\s*:/g)].map(([, key]) => key!)
}

function readConversation (data: string): ChatMessage[] {
  const messages: ChatMessage[] = []
  for (const line of data.split(/\r?\n/)) {
    const [label, role] = speaker.exec(line) ?? []
    if (role !== undefined) messages.push({ role: asking.test(role) ? 'user' : 'assistant', text: line.slice(label!.length).trim() })
    else if (messages.length > 0) messages.at(-1)!.text += `\n${line}`
    else if (line.trim() !== '') messages.push({ role: 'user', text: line })
  }
  return messages.map(({ role, text }) => ({ role, text: text.trim() })).filter(({ text }) => text !== '')
}
