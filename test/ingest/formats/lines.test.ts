// Reads plain text, source code, logs and chats, and detects the format of a file.
import t from 'tap'
import { detect } from '../../../src/ingest/formats/detect.ts'
import { readFile } from '../../../src/ingest/formats/read.ts'
import { docx, pdf, wordParagraph } from '../../fixtures/files.ts'

const read = async (name: string, file: Uint8Array | string) =>
  (
    await Array.fromAsync(readFile(typeof file === 'string' ? Buffer.from(file) : file, { name }, { maxPages: 50, maxUnpackedBytes: 1e6 }))
  )[0]!

t.test('text: form feeds separate pages, any encoding', async t => {
  t.same((await read('dir\\notes.txt', 'One. \r\n\r\n\r\n\r\nTwo.\fThree.')), {
    id: '', title: 'notes', url: '', fields: [],
    sections: [{ kind: 'text', text: 'One.\n\nTwo.', headings: [], page: 1 }, { kind: 'text', text: 'Three.', headings: [], page: 2 }],
  })
  for (const bytes of [
    Buffer.from('caf\xe9', 'latin1'), Buffer.from('\uFEFFcafé', 'utf16le'), Buffer.from('\uFEFFcafé', 'utf16le').swap16(),
    Buffer.from('\uFEFFcafé'), Buffer.from('café', 'utf16le'), Buffer.from('café', 'utf16le').swap16(),
  ]) {
    t.same(
      (await read('a.txt', bytes)).sections.map(({ text }) => text), ['café']
    )
  }
})

t.test('text: UTF-16 without a mark, also East Asian; a stray zero does not make a text UTF-16', async t => {
  const kiosk = '駅前の売店は午前7時から開いています。\n新聞は160円です。\n'
  for (const bytes of [Buffer.from(kiosk, 'utf16le'), Buffer.from(kiosk, 'utf16le').swap16()]) {
    t.equal((await read('kiosk.txt', bytes)).sections[0]!.text, kiosk.trim())
  }
  await t.rejects(read('a.txt', 'The lock opens at nine.\0 It closes at ten.'), { message: /unknown format/ })
})

t.test('source code stays as it is; each line of a log is an item', async t => {
  t.same((await read('a.py', 'def f():\n    return 1\n')).sections, [{ kind: 'code', text: 'def f():\n    return 1', headings: [] }])
  const log = await read(
    'a.txt', Array.from({ length: 1200 }, (_, i) => `2026-11-21 10:34:16 ERROR: try ${i} failed\n    at somewhere`).join('\n')
  )
  t.same([...new Set(log.sections.map(({ kind }) => kind))], ['list'])
  t.equal(log.sections.flatMap(({ text }) => text.split('\n')).length, 2400, 'no line is lost')
})

const said = [['Ann', 'Hello there'], ['Bob', 'Hi: all'], ['Ann', 'Bye']] as const
const chats: Record<string, (at: number, from: string, text: string) => string> = {
  iPhone: (at, from, text) => `\u200E[21.11.26, 10:3${at}:16] ${from}: ${text}`,
  Android: (at, from, text) => `11/21/26, 10:3${at}\u202FAM - ${from}: ${text}`,
  'ISO dates': (at, from, text) => `2026-11-21 10:3${at} ${from}: ${text}`,
  IRC: (at, from, text) => `10:3${at} <${from}> ${text}`,
  'Slack, copied': (at, from, text) => `${from}  10:3${at} AM\n${text}`,
  'meeting captions': (at, from, text) => `${at === 0 ? 'WEBVTT\n\n' : ''}00:10:3${at}.000 --> 00:10:3${at}.900\n<v ${from}>${text}</v>\n`,
}
for (const [name, line] of Object.entries(chats)) {
  t.test(`a chat as ${name} writes it`, async t => {
    const { sections } = await read('chat.txt', said.map(([from, text], i) => line(i, from, text)).join('\n'))
    const lines = sections.flatMap(section => section.text.split('\n'))
    t.same(lines.map(text => text.replace(/^[\d:]+( AM)? /, '')), said.map(([from, text]) => `${from}: ${text}`))
    t.match(lines[0], /^(00:)?10:30/)
    t.equal(sections[0]!.kind, 'list')
  })
}

t.test('a chat: each day under its date, a message of several lines stays one message', async t => {
  const { sections } = await read('c.txt', '[21.11.26, 10:34] Ann: One\nmore\n[21.11.26, 10:35] Bob: Two\n[22.11.26, 09:00] Ann: Three')
  t.same(sections, [
    { kind: 'list', text: '10:34 Ann: One more\n10:35 Bob: Two', headings: ['21.11.26'] },
    { kind: 'list', text: '09:00 Ann: Three', headings: ['22.11.26'] },
  ])
})

t.test('exports of Slack, Telegram and Teams', async t => {
  const slack = [
    { type: 'message', user: 'U1', user_profile: { real_name: 'Ann' }, ts: '1700000000.0001', text: 'hi' },
    { type: 'message', user: 'U2', ts: '1700000060.0', text: 'hello' },
  ]
  t.same((await read('s.json', JSON.stringify(slack))).sections, [
    { kind: 'list', text: '22:13 Ann: hi\n22:14 U2: hello', headings: ['2023-11-14'] },
  ])
  const telegram = {
    name: 'x',
    messages: [
      { id: 1, type: 'message', date: '2026-11-21T10:34:00', from: 'Ann', text: ['see ', { type: 'link', text: 'this' }] },
      { id: 2, type: 'service', date: 'x' },
    ],
  }
  t.same((await read('t.json', JSON.stringify(telegram))).sections[0]!.text, '10:34 Ann: see this')
  const teams = {
    value: [
      {
        messageType: 'message', createdDateTime: '2026-11-21T10:34:00Z', from: { user: { displayName: 'Ann' } },
        body: { content: '<p>hi <b>all</b></p>' },
      },
    ],
  }
  t.same((await read('t.json', JSON.stringify(teams))).sections[0]!.text, '10:34 Ann: hi all')
})

t.test('a long section is split: no word is lost, no row is cut, each part of a table has its header', async t => {
  const words = Array.from({ length: 60_000 }, (_, i) => `w${i}${i % 97 === 0 ? '\n\n' : ' '}`).join('')
  const text = await read('a.txt', words)
  t.same(text.sections.map(section => section.text).join(' ').split(/\s+/), words.trim().split(/\s+/))
  t.ok(text.sections.every(section => section.text.length <= 50_000 && !/\s$/.test(section.text)))
  const rows = Array.from({ length: 9000 }, (_, i) => `| row ${i} | value ${i} |`)
  const table = await read('a.md', ['| Name | Value |', '| --- | --- |', ...rows].join('\n'))
  t.ok(table.sections.length > 2 && table.sections.every(section => section.kind === 'table' && section.text.startsWith('Name | Value\n')))
  t.same(table.sections.flatMap(section => section.text.split('\n').slice(1)), rows.map(row => row.slice(2, -2)))
  const endless = await read('a.txt', '😀'.repeat(60_000))
  t.ok(endless.sections.every(section => section.text.isWellFormed()))
  t.equal(endless.sections.reduce((sum, section) => sum + section.text.length, 0), 120_000)
})

t.test('the content of a file decides its format, not the name', async t => {
  const html = '<!DOCTYPE html><html><p>x</p></html>'
  const cases: [name: string, file: string | Uint8Array, format: string][] = [
    ['a.txt', pdf([['x']]), 'pdf'], ['a.docx', html, 'html'], ['a.pdf', docx(wordParagraph('x')), 'docx'], ['a.md', html, 'html'],
    ['a.pdf', 'Just words.', 'text'], ['a', '# Head\n\n- one\n- two\n', 'markdown'], ['a', 'a;b\n1;2\n3;4\n5;6\n', 'csv'],
    ['a', '[{"a":1}]', 'json'], ['a.txt', 'a, b\nc, d\ne, f\ng, h\n', 'text'], ['a.html', 'no tags here', 'text'],
    ['a.log', 'started\nended\n', 'log'], ['a.xml', '<?xml version="1.0"?><a/>', 'code'],
    ['a.xhtml', '<?xml version="1.0"?>\n<html><p>x</p></html>', 'html'], ['a.txt', '# a comment\nword', 'text'],
    ['a.txt', 'Note: this is prose: no chat.\nTime: 10:34\nIt goes on.\n', 'text'],
  ]
  for (const [name, file, format] of cases) t.equal(detect(Buffer.from(file), { name }), format, `${name} → ${format}`)
  t.equal(
    detect(Buffer.from('a;b\n1;2'), { name: 'upload', type: 'text/csv; charset=utf-8' }), 'csv', 'a media type stands in for an ending'
  )
})
