// Texts to compress, each with a question whose answer it holds: logs, code, documentation, conversations and tables.
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Kind } from '../src/compress/kind.ts'
import type { Language } from '../src/types.ts'
import { comparable } from '../src/evaluation/compare-texts.ts'
import { readGolden, type GoldenQuestion } from './golden.ts'
import { random } from '../src/evaluation/random.ts'
import { plainRanking, withTypo } from './measures.ts'

export interface Case {
  kind: Kind
  language: Language
  text: string
  /** The parts of the text, when several texts share a budget. */
  parts?: string[]
  question: string
  /** The accepted answers. */
  answer: string[]
}

const root = fileURLToPath(new URL('../', import.meta.url))

/** Returns the cases whose text contains an answer: others prove nothing. */
export function compressionCases (quick: boolean): Record<string, Case[]> {
  const companies = ['petit-nid', 'fjord-outdoor'].map(readCompany)
  const groups = {
    logs: logCases(quick ? 2000 : 8000),
    manual: manualCases(),
    page: companies.flatMap(pageCases),
    'six passages': companies.flatMap(passageCases),
    code: codeCases(),
    conversation: companies.flatMap(conversationCases),
    table: companies.flatMap(tableCases),
  }
  return Object.fromEntries(Object.entries(groups).map(([name, cases]) => [name, cases.filter(holdsAnswer)]))
}

function holdsAnswer ({ text, answer }: Case): boolean {
  return survives(text, answer)
}

export function survives (text: string, answer: readonly string[]): boolean {
  const written = comparable(text)
  return answer.some(string => written.includes(comparable(string)))
}

/** Makes a day of a service's log, in two formats, with a dozen unique events. */
function logCases (count: number): Case[] {
  const next = random(11)
  const pick = <T>(from: readonly T[]) => from[Math.floor(next() * from.length)]!
  const number = (most: number) => Math.floor(next() * most)
  const events: [event: string, question: string, answer: string][] = [
    ['ERROR disk /dev/sdb1 is 97 % full, 3.1 GB left', 'How full is the disk sdb1?', '97 %'],
    ['ERROR payment gateway answered 502 after 31250 ms for order 88121', 'Which order failed at the payment gateway?', '88121'],
    ['WARN certificate of shop.example expires in 6 days', 'When does the certificate of shop.example expire?', 'in 6 days'],
    ['INFO schema migrated from version 41 to 42 in 812 ms', 'Which version was the schema migrated to?', 'to 42'],
    ['INFO leader elected: node-7, term 19', 'Who was elected leader?', 'node-7'],
    [
      'ERROR import of catalogue-eu.csv stopped at line 5120: unknown currency', 'At which line did the import of the catalogue stop?',
      'line 5120',
    ],
    ['INFO backup finished: 12.4 GB in 611 s to store-b', 'How big was the backup?', '12.4 GB'],
    ['WARN clock is off by 4.2 s from time.example', 'How far was the clock off?', '4.2 s'],
    ['INFO configuration reloaded by mireille, 3 keys changed', 'Who reloaded the configuration?', 'mireille'],
    ['FATAL worker 12 left with code 137, out of memory', 'With which code did the worker die that was out of memory?', 'code 137'],
    ['INFO feature checkout-v3 enabled for 15 % of visitors', 'For how many visitors is checkout-v3 enabled?', '15 %'],
    ['WARN queue mails holds 18400 messages, limit 20000', 'How many messages are in the queue of mails?', '18400'],
  ]
  const cases: Case[] = []
  for (const format of ['plain', 'json'] as const) {
    const lines: string[] = []
    const asked: [string, string][] = events.map(([, question, answer]) => [question, answer])
    const places = events.map((_, i) => Math.floor((i + 0.5) * count / events.length))
    for (let i = 0; i < count; i++) {
      const at = new Date(Date.UTC(2026, 2, 14) + i * 4321 + number(900)).toISOString()
      const write = (said: string) => {
        const [, level, message] = /^(\w+) (.*)$/.exec(said)!
        lines.push(
          format === 'plain' ? `${at} ${level} [api] ${message}` : JSON.stringify({ time: at, level: level!.toLowerCase(), msg: message })
        )
      }
      const request = `req-${(1000003 * i % 0xFFFFFF).toString(16).padStart(6, '0')}`
      const took = 3 + number(90)
      if (i % Math.floor(count / 6) === 77) asked.push([`How long did ${request} take?`, `${request} GET /products in ${took} ms`])
      if (i % Math.floor(count / 6) === 77 || next() < 0.5) {
        write(`INFO ${request} GET /products in ${took} ms, status ${next() < 0.98 ? 200 : 304}`)
      } else if (next() < 0.4) write(`INFO ${request} POST /chat in ${took * 20} ms, status 200`)
      else if (next() < 0.4) write(`DEBUG cache ${pick(['hit', 'miss'])} for key product:${number(5000)}`)
      else if (next() < 0.5) write(`INFO user u${number(900)} signed in from 10.0.${number(255)}.${number(255)}`)
      else if (next() < 0.9) write(`DEBUG pool holds ${number(20)} idle connections`)
      else write(`WARN slow query: select from orders took ${600 + number(400)} ms`)
      const event = places.indexOf(i)
      if (event >= 0) write(events[event]![0])
    }
    for (const [question, answer] of asked) cases.push({ kind: 'logs', language: 'en', text: lines.join('\n'), question, answer: [answer] })
  }
  return cases
}

/** Makes a manual of fictional devices: under each heading a typical paragraph and one fact. */
function manualCases (): Case[] {
  const next = random(12)
  const devices = ['pump', 'boiler', 'mixer', 'scanner', 'dryer', 'printer', 'cooler', 'grinder', 'sealer', 'welder']
  const facts: [sentence: (n: number) => string, question: string, answer: (n: number) => string][] = [
    [n => `The filter is changed every ${n} hours of use.`, 'How often must the filter of the DEVICE be changed?', n => `${n} hours`],
    [n => `It draws ${n} watts when all its parts run.`, 'How many watts does the DEVICE draw?', n => `${n} watts`],
    [n => `The tank takes ${n} litres and is filled from above.`, 'What is the capacity of the tank of the DEVICE?', n => `${n} litres`],
    [
      n => `Error E-${n} means that the lid was open at the start.`,
      'What does it mean when the lid of the DEVICE was open at the start?', n => `E-${n}`,
    ],
    [n => `A spare belt has the part number BX-${n}.`, 'Which part number has the spare belt for the DEVICE?', n => `BX-${n}`],
    [n => `It weighs ${n} kg without its stand.`, 'How heavy is the DEVICE?', n => `${n} kg`],
  ]
  const filler = [
    'Read this chapter before you begin.', 'Keep the place around the device dry and free of dust.',
    'Most of the work can be done by one person with common tools.', 'If in doubt, ask the shop where the device was bought.',
    'The pictures may differ from the device in front of you.', 'Do not lean on the cover while it is open.',
    'A soft cloth is enough for the outside.', 'The device may make a low sound while it warms up.',
    'All parts that touch the goods can be taken out.', 'Nothing has to be oiled by the user.', 'Children must not play with the device.',
    'Put the cover back before the power is switched on again.',
  ]
  const asked: { question: string, answer: string }[] = []
  const chapters = devices.map((device, d) => {
    const sections = facts.map(([sentence, question, answer], f) => {
      const n = 11 + 37 * (d * facts.length + f)
      asked.push({ question: question.replace('DEVICE', device), answer: answer(n) })
      const said = Array.from({ length: 6 }, () => filler[Math.floor(next() * filler.length)]!.replace('the device', `the ${device}`))
      said.splice(Math.floor(next() * 6), 0, sentence(n))
      return `## The ${device}, part ${f + 1}\n\n${said.join(' ')}`
    })
    return { text: `# The ${device}\n\n${sections.join('\n\n')}`, from: d * facts.length }
  })
  return chapters.flatMap(({ text, from }) => asked.slice(from, from + facts.length)
    .map(({ question, answer }) => ({ kind: 'documentation' as const, language: 'en' as const, text, question, answer: [answer] })))
}

/** Makes cases from this service's own sources: values of constants, parameters of functions, comments. */
function codeCases (): Case[] {
  const files = globSync(['src/language/*.ts', 'src/chat/*.ts', 'src/search/*.ts', 'src/answers/*.ts', 'src/llm/*.ts'], {
    cwd: root,
  }).sort()
  return files.flatMap(file => {
    const text = readFileSync(root + file, 'utf8')
    const cases: Case[] = []
    const ask = (question: string, answer: string) => cases.push({ kind: 'code', language: 'en', text, question, answer: [answer] })
    for (const [line, name] of text.matchAll(/^(?:export )?const (\w+) = [\d_]+$/gm)) {
      ask(`What is the value of ${spoken(name!)}?`, line.slice(line.indexOf('const')))
    }
    for (const [, comment, declaration, name] of text.matchAll(/^\/\*\* (.+) \*\/\n((?:export )?(?:async )?function (\w+).*) \{$/gm)) {
      ask(`What does the function ${name} do?`, comment!)
      ask(`Which parameters does ${spoken(name!)} take?`, declaration!)
    }
    for (const [, comment, line] of text.matchAll(/^ +\/\/ (.+)\n +(\S.+)$/gm)) ask(`Where is this: ${comment}?`, line!)
    for (const [, line, code] of text.matchAll(/^\s+(.*coded\('([A-Z_]+)'.*)$/gm)) ask(`When does it fail with ${code}?`, line!)
    return cases
  })
}

/** Splits a name: maxWords → "max words". */
function spoken (name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
}

interface Company {
  language: Language
  documents: { id: string, text: string, title: string, facts: Record<string, string> }[]
  questions: GoldenQuestion[]
}

function readCompany (id: string): Company {
  const { indexes } = JSON.parse(readFileSync(`${root}data/${id}/company.json`, 'utf8')) as {
    indexes: Record<string, { fields?: Record<string, string> }>
  }
  const documents = ['products', 'faq', 'pages'].flatMap(kind => {
    const items = JSON.parse(readFileSync(`${root}data/${id}/${kind}.json`, 'utf8')) as Record<string, string>[]
    const labels = Object.entries(indexes[kind]?.fields ?? {})
    return items.map(item => {
      const { id, name, title = name, question = title, description, text = description, answer = text } = item
      const facts = Object.fromEntries(labels.flatMap(([key, label]) => item[key] === undefined ? [] : [[label, item[key]]]))
      return { id: `${kind}/${id}`, title: question!, text: answer!, facts }
    })
  })
  const { questions, paraphrases } = readGolden(`${root}test/golden/${id}.json`)
  return { language: id === 'petit-nid' ? 'fr' : 'en', documents, questions: [...questions, ...paraphrases] }
}

function documentText ({ title, facts, text }: Company['documents'][number]): string {
  return [title, ...Object.entries(facts).map(([label, value]) => `${label}: ${value}`), text].join('\n')
}

/** Makes cases with only the document that answers, which is short and about one subject. */
function pageCases ({ language, documents, questions }: Company): Case[] {
  return questions.map(({ q, answer, doc }) => {
    const own = documents.find(({ id }) => id === doc[0])!
    return { kind: 'documentation', language, text: documentText(own), question: q, answer }
  })
}

/** Makes cases like a language model's input: the six documents that plain BM25 finds. */
function passageCases ({ language, documents, questions }: Company): Case[] {
  const rank = plainRanking({
    docs: documents.map(({ title, facts, text }) => ({ title, text: `${Object.values(facts).join(' ')} ${text}` })),
  } as Parameters<typeof plainRanking>[0])
  return questions.filter(({ q, doc }) => rank(q).slice(0, 6).some(i => doc.includes(documents[i]!.id))).map(({ q, answer }) => {
    const parts = rank(q).slice(0, 6).map(i => documentText(documents[i]!))
    return { kind: 'documentation', language, text: parts.join('\n\n'), parts, question: q, answer }
  })
}

const small = {
  fr: {
    asks: 'Cliente', replies: 'Conseiller', greeting: 'Bonjour, merci de votre message.', more: 'Puis-je faire autre chose pour vous ?',
    thanks: 'merci, je note. Une autre chose encore.',
  },
  en: {
    asks: 'Customer', replies: 'Agent', greeting: 'Hello, thank you for your message.',
    more: 'Is there anything else that I can do for you?', thanks: 'thanks, noted. One more thing.',
  },
}

/** Makes conversations of twelve turns between a customer and an agent who reads from the documents; the end asks about each turn. */
function conversationCases ({ language, documents, questions }: Company): Case[] {
  const next = random(13)
  const { asks, replies, greeting, more, thanks } = small[language as 'fr' | 'en']
  const known = questions.filter(({ doc, answer }) => survives(documents.find(({ id }) => id === doc[0])!.text, answer))
  const cases: Case[] = []
  for (let from = 0; from + 12 <= known.length; from += 12) {
    const turns = known.slice(from, from + 12)
    const text = turns.map(({ q, doc }) => {
      const { text } = documents.find(({ id }) => id === doc[0])!
      return `${asks}: ${q}\n${replies}: ${greeting} ${text.replaceAll(/\s*\n+\s*/g, ' ')} ${more}\n${asks}: ${thanks}`
    }).join('\n')
    for (const { q, answer } of turns) cases.push({ kind: 'conversation', language, text, question: withTypo(q, next, language), answer })
  }
  return cases
}

/** Makes a CSV of the products with their facts. */
function tableCases ({ language, documents, questions }: Company): Case[] {
  const products = documents.filter(({ id }) => id.startsWith('products/'))
  const columns = [...new Set(products.flatMap(({ facts }) => Object.keys(facts)))]
  const text = [
    ['name', ...columns].join(';'), ...products.map(({ title, facts }) => [title, ...columns.map(name => facts[name] ?? '')].join(';')),
  ].join('\n')
  // The answer must come from the right row.
  return questions.flatMap(({ q, answer, doc }) => {
    const rows = products.filter(({ id }) => doc.includes(id)).map(({ title, facts }) => ({ title, cells: Object.values(facts) }))
    const held = rows.flatMap(({ cells }) => cells.filter(cell => survives(cell, answer)))
    return held.length > 0 ? [{ kind: 'table' as const, language, text, question: q, answer: held }] : []
  })
}
