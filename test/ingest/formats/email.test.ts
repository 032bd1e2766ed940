// Reads e-mails and the files that came with them.
import t from 'tap'
import { readFile } from '../../../src/ingest/formats/read.ts'
import type { Language } from '../../../src/types.ts'
import { docx, wordParagraph } from '../../fixtures/files.ts'

const limits = { maxPages: 50, maxUnpackedBytes: 1e6 }
const read = (text: string, name = 'm.eml', language: Language = 'en') =>
  Array.fromAsync(readFile(Buffer.from(text.replaceAll('\n', '\r\n')), { name, language }, limits))

const head = (subject: string, more = '') => 'From: Ann Lee <ann@example.com>\nTo: =?utf-8?q?Zo=C3=A9?= <zoe@example.com>\nCc: ' +
  'office@example.com\n' +
  `Subject: ${subject}\nDate: Fri, 31 May 2024 23:30:00 +0200\nMessage-ID: <1@example.com>\nMIME-Version: 1.0\n${more}`

t.test('the subject is the title, sender and date are facts in the language of the company', async t => {
  const text = head('=?utf-8?b?UHJpeCDDqXTDqQ==?=', 'Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: ' +
    'quoted-printable\n\n' +
    'La journ=E9e co=FBte=\n 19 =A4.\n')
  const facts = (to: string, from: string) =>
    [[from, 'Ann Lee <ann@example.com>'], [to, 'Zoé <zoe@example.com>, office@example.com'], ['Date', '2024-05-31 23:30']]
  t.match(await read(text, 'm.eml', 'fr'), [
    { id: '', title: 'Prix été', fields: facts('À', 'De'), sections: [{ text: 'La journée coûte 19 ¤.' }] },
  ])
  t.match(await read(text, 'm.txt'), [{ title: 'Prix été', fields: facts('To', 'From') }], 'whatever its name')
  t.match(await read('From: me\nand you: all\n\nText', 'm.txt'), [{ title: 'm' }], 'a text with colons is none')
})

const part = (type: string, content: string, more = '') => `--b\nContent-Type: ${type}\n${more}\n${content}\n`
const file = (name: string, type: string, content: Uint8Array | string) => part(`${type}; name="${name}"`,
  Buffer.from(content).toString('base64'),
  `Content-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: base64\n`)

t.test('of two forms of a text the richer counts; attachments become documents of their own, and others are named', async t => {
  const forwarded = `${head('Inner', '\nThe inner text.')}`
  const documents = await read(head('Offer', 'Content-Type: multipart/mixed; boundary=b\n\n') +
    part('multipart/alternative; boundary=c', '--c\nContent-Type: text/plain\n\nplain\n--c\nContent-Type: text/html\n\n<p>Now <s>29' +
      '</s> 25 €</p>\n--c--') +
    file('offer.docx', 'application/octet-stream', docx(wordParagraph('Valid until June.'))) + file('prices.csv', 'text/csv',
    'name,price\nRaft,19\nBoat,24\n') +
    file('raft.png', 'image/png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')) + part('message/rfc822', forwarded) + '--b--\n')
  t.match(documents.map(({ id, title }) => [id, title]), [
    ['offer.docx', 'offer'], ['prices.csv/1', 'Raft'], ['prices.csv/2', 'Boat'], ['attachment-4.eml', 'Inner'], ['message', 'Offer'],
  ])
  t.match(documents.at(-1), { sections: [{ text: 'Now 25 €' }], warnings: ['Attachment 3 of 4 (raft.png) was not read: unknown format.'] })
})

t.test('e-mails inside one another end somewhere', async t => {
  let inner = head('0', '\nThe innermost.')
  for (let i = 1; i < 9; i++) {
    inner = head(String(i), `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\nContent-Type: text/plain\n\nLetter ` +
      `${i}\n--b${i}\nContent-Type: message/rfc822\n` +
      `Content-Disposition: attachment\n\n${inner}\n--b${i}--\n`)
  }
  const documents = await read(inner)
  t.ok(documents.length >= 3 && documents.length < 9, String(documents.length))
  t.match(JSON.stringify(documents), /was not read: too deep/)
})

t.test('a locked e-mail says so', async t => {
  await t.rejects(read(head('Locked', 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; ' +
    'name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIAGCSqG\n')),
  { code: 'FILE_REJECTED', reason: 'encrypted' })
})
