// `causerie ingest` against a running service: sends files, sends none twice, and reports.
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { ingest, open, write } from '../fixtures/ingest-command.ts'
import { run } from '../fixtures/command.ts'
import { pdf } from '../fixtures/files.ts'
import { temporaryFolder } from '../helper.ts'

t.test('sends the files of a folder by their paths, and not twice', async t => {
  const { dir, to, ids, bodies } = await open(t, {
    'wool.md': '# Wool\n\nWool is washed at thirty degrees.', 'guides/tents.txt': 'A tent is pitched in ten minutes.',
    'guides/prices.csv': 'id,question,answer\np1,Price of a tent,299\np2,Price of a stove,49\n',
  })
  const first = await run(t, ingest, [dir, ...to])
  t.match(
    first,
    {
      code: 0, out: /^shop faq: 3 files of 3: 4 documents written, 0 unchanged; \d+ chunks, \d+ tokens in \d+\.\d s\n$/,
      err: /^(shop faq: \d\/3 files.*\n)*$/,
    },
    'on a slow machine it shows how far it is'
  )
  t.same(await ids(), ['guides/prices.csv/p1', 'guides/prices.csv/p2', 'guides/tents.txt', 'wool.md'])
  t.equal(bodies().length, 3)
  t.match(await run(t, ingest, [`${dir}/`, ...to]), { code: 0, out: /3 files of 3 \(3 known already\): 0 documents written, 4 unchanged/ })
  t.equal(bodies().length, 3, 'nothing was sent again')
  await write(dir, { 'guides/prices.csv': 'id,question,answer\np2,Price of a stove,59\n' })
  t.match(await run(t, ingest, [dir, ...to]), { code: 0, out: /\(2 known already\): 1 document written, 2 unchanged, 1 removed/ })
  t.same(await ids(), ['guides/prices.csv/p2', 'guides/tents.txt', 'wool.md'])
})

t.test('takes files, patterns and a prefix, and lists what is left out', async t => {
  const { dir, to, ids } = await open(t, {
    'a.md': 'A is first.', 'b.md': 'B is second.', 'sub/c.md': 'C is third.', 'sub/deep/d.md': 'D is fourth.',
    'drafts/e.md': 'E is a draft.', 'sub/f.txt': 'F is text.', '[x].md': 'Brackets are a name.',
  })
  t.match(
    await run(t, ingest, [
      join(dir, '**/*.md'), join(dir, 'sub/f.txt'), ...to, '--exclude', 'drafts', '--exclude', 'sub/deep/*', '--exclude', '[[]*',
      '--name-prefix', 'kit/',
    ]),
    { code: 0, out: /4 files of 4/, err: /left out, excluded: / }
  )
  t.same(await ids(), ['kit/a.md', 'kit/b.md', 'kit/f.txt', 'kit/sub/c.md'])
  t.match(await run(t, ingest, [join(dir, '[x].md'), ...to]), { code: 0, out: /1 file of 1/ }, 'a file with that name')
  t.match(await run(t, ingest, [join(dir, '*.pdf'), ...to]), { code: 2, err: /nothing matches it/ })
  await write(dir, { 'sub/a.md': 'Another A.' })
  t.match(await run(t, ingest, [join(dir, 'a.md'), join(dir, 'sub/a.md'), ...to]), { code: 2, err: /would both be called a\.md/ })
})

t.test('leaves out hidden files and links out of the folder, and says so', async t => {
  const { dir, to, ids } = await open(t, { 'a.md': 'A is first.', '.hidden.md': 'No.', '.git/config': 'No.' })
  const outside = await temporaryFolder(t)
  await write(outside, { 'secret.md': 'A secret.' })
  await symlink(join(outside, 'secret.md'), join(dir, 'link.md'))
  const { code, err } = await run(t, ingest, [dir, ...to])
  t.equal(code, 0)
  t.match(err, /left out, hidden, or a temporary file: \S+, \S+\n/)
  t.match(err, /left out, a link out of the folder, or no file: \S+link\.md\n/)
  t.same(await ids(), ['a.md'])
})

t.test('lists rejected files one by one, and sends the rest', async t => {
  const { dir, to, ids, requests } = await open(t, {
    'a.md': 'A is first.', 'photo.png': 'no text', 'empty.md': '', 'broken.pdf': '%PDF-1.7 and nothing more',
  })
  await writeFile(join(dir, 'binary.dat'), Buffer.alloc(2000, '\u0000\u0001'))
  const { code, out, err } = await run(t, ingest, [dir, ...to])
  t.equal(code, 1)
  t.match(out, /4 rejected/)
  t.match(err, / {2}photo\.png: The file was not sent\. Unsupported type: picture\. \(FILE_REJECTED\)\n/)
  t.match(err, / {2}empty\.md: The file is empty\. \(FILE_REJECTED\)\n/)
  t.match(err, / {2}broken\.pdf: .*broken.* \(FILE_REJECTED\)\n/)
  t.match(err, / {2}binary\.dat: .*unknown format.* \(FILE_REJECTED\)\n/)
  t.same(await ids(), ['a.md'])
  t.notOk(requests.some(line => line.includes('photo')))
  const { rejections, ...counts } = JSON.parse((await run(t, ingest, [dir, ...to, '--json'])).out)
  t.match(counts, { company: 'shop', index: 'faq', files: 5, known: 1, unchanged: 1, rejected: 4, stopped: null })
  t.same(rejections.map(({ file, reason }: { file: string; reason?: string }) => [file, reason]).sort(), [
    ['binary.dat', 'unknown format'], ['broken.pdf', 'broken'], ['empty.md', undefined], ['photo.png', 'unknown format'],
  ])
})

t.test('counts rejections beyond those that it shows', async t => {
  const { dir, to } = await open(t, Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`${i}.png`, 'x'])))
  const { err, code } = await run(t, ingest, [dir, ...to])
  t.equal(code, 1)
  t.equal(err.match(/FILE_REJECTED/g)!.length, 20)
  t.match(err, '… and 5 more (--json has them)')
})

t.test('asks the service nothing in a dry run of files without columns', async t => {
  const dir = await temporaryFolder(t)
  await write(dir, { 'a.md': 'x'.repeat(1500), 'sub/film.mp4': 'x', '.hidden': 'x' })
  const to = ['--company', 'shop', '--index', 'faq', '--url', 'http://127.0.0.1:1', '--dry-run']
  t.match(await run(t, ingest, [dir, ...to]), {
    code: 0, out: 'a.md\t1.5 kB\nsub/film.mp4\t1 B\tnot supported: film\n',
    err: /^1 file, 1\.5 kB, would be sent; 1 not supported\nleft out, hidden/,
  })
  t.match(JSON.parse((await run(t, ingest, [dir, ...to, '--json'])).out), {
    dry_run: true,
    files: [
      { name: 'a.md', path: join(dir, 'a.md'), bytes: 1500, unsupported: null }, { name: 'sub/film.mp4', unsupported: 'film' },
    ],
  })
})

t.test('reads standard input', async t => {
  const { to, ids } = await open(t, {})
  const stdin = '{"id":"r1","question":"Where?","answer":"Here."}\n{"id":"r2","question":"When?","answer":"Now."}\n'
  t.match(await run(t, ingest, ['-', '--name', 'faq.jsonl', ...to], { stdin }), { code: 0, out: /1 file of 1: 2 documents written/ })
  t.same(await ids(), ['faq.jsonl/r1', 'faq.jsonl/r2'])
  t.match(await run(t, ingest, ['-', ...to], { stdin }), { code: 2, err: /needs a name/ })
  t.match(await run(t, ingest, ['-', '--name', 'big.txt', ...to], { stdin: 'x'.repeat(3000), env: { MAX_FILE_BYTES: '2000' } }), {
    code: 1, err: /MAX_FILE_BYTES/,
  })
})

t.test('pins a file', async t => {
  const { app, dir, to } = await open(t, { 'a.md': 'A is first.' })
  await run(t, ingest, [dir, ...to, '--pin'])
  t.match((await app.inject('/v1/indexes/faq/documents/a.md?company_id=shop')).json(), { pinned: true })
})

t.test('reports wrong usage and missing files', async t => {
  const { url, dir } = await open(t, { 'a.md': 'A is first.' })
  t.match(await run(t, ingest, [dir, '--index', 'faq']), { code: 2, err: /--company/ })
  t.match(await run(t, ingest, ['--company', 'shop', '--index', 'faq']), { code: 2, err: /path/ })
  t.match(await run(t, ingest, [dir, '--company', '../x', '--index', 'faq']), { code: 2, err: /Not a valid company id/ })
  t.match(await run(t, ingest, [dir, '--company', 'shop', '--index', 'faq', '--url', 'nowhere']), { code: 2, err: /is not an address/ })
  t.match(await run(t, ingest, [dir, '--company', 'shop', '--index', 'nothing', '--url', url]), {
    code: 1, err: /shop has no index nothing\. It has: .*faq.*\(UNKNOWN_INDEX\)/,
  })
  t.match(await run(t, ingest, [dir, '--company', 'nobody', '--index', 'faq', '--url', url]), { code: 1, err: /UNKNOWN_COMPANY/ })
  t.match(await run(t, ingest, [join(dir, 'nothing'), '--company', 'shop', '--index', 'faq', '--url', url]), {
    code: 2, err: /there is no such file/,
  })
  t.match(await run(t, ingest, [dir, '--company', 'shop', '--index', 'faq', '--url', 'http://127.0.0.1:1']), {
    code: 1, err: /^http:\/\/127\.0\.0\.1:1 cannot be reached .*Is the service running\? If it is elsewhere, use --url\.\n$/m,
  })
  t.match(await run(t, ingest, ['--help']), { code: 0, out: /Examples:\n {2}causerie ingest handbook\// })
})

t.test('shows what a file becomes, before anything is sent', async t => {
  const dir = await temporaryFolder(t)
  await writeFile(join(dir, 'scan.pdf'), pdf([['The first page.'], []], { title: 'Two pages' }))
  await write(dir, { 'prices.csv': 'name,price\nLamp,12 €\nChair,40 €\n', 'broken.pdf': '%PDF-1.7 and nothing more' })
  const to = ['--company', 'shop', '--index', 'faq', '--url', 'http://127.0.0.1:1']
  const dry = await run(t, ingest, [dir, ...to, '--dry-run'])
  t.match(dry.out, /scan\.pdf: "Two pages", 0 facts, 1 chunk, \d+ tokens, page 1\nscan\.pdf: warning: Page 2 of 2 without text/)
  t.match(dry.out, /prices\.csv: 2 documents, \d chunks?/)
  t.match(dry.out, /broken\.pdf: rejected: .*broken/)
  t.notMatch(dry.out, 'The first page.')
  const shown = await run(t, ingest, [dir, ...to, '--show'])
  t.match(shown.out, /\[0\] page 1 \(\d+ tokens\)\n {6}The first page\./)
  t.match(shown.out, / {2}prices\.csv\/.*: Lamp\n {2}Price: 12 €/)
  const { files } = JSON.parse((await run(t, ingest, [join(dir, 'prices.csv'), ...to, '--show', '--json'])).out)
  t.match(files, [
    { name: 'prices.csv', documents: 2, shown: [{ title: 'Lamp', fields: [['Price', '12 €']], warnings: [] }, { title: 'Chair' }] },
  ])
})

t.test('a preview reads tables by the mapping of the index, and says so when it guesses', async t => {
  const { app, dir, to, bodies } = await open(t, { 'faq.csv': 'question,answer,name\nWhere is it?,Here.,Lamp\n' })
  const shown = await run(t, ingest, [dir, ...to, '--show'])
  t.match(shown, { code: 0, out: /: Where is it\?/ })
  t.notMatch(shown.err, 'guessed')
  t.equal(bodies().length, 0, 'nothing was sent')
  const answer = await app.inject('/v1/companies/shop')
  const { mapping } = JSON.parse((await run(t, ingest, [dir, ...to, '--dry-run', '--json'])).out)
  t.same(mapping.text, answer.json().profile.mapping.faq.text)
  const away = ['--company', 'shop', '--index', 'faq', '--url', 'http://127.0.0.1:1', '--show']
  t.match(await run(t, ingest, [dir, ...away]), { code: 0, err: /"faq" names its columns is guessed: the service cannot be reached/ })
})

t.test('reports what could only be read in part', async t => {
  const { app, dir, to } = await open(t, {})
  await writeFile(join(dir, 'scan.pdf'), pdf([['The first page.'], []]))
  const { code, err } = await run(t, ingest, [dir, ...to])
  t.equal(code, 0)
  t.match(err, /scan\.pdf: warning: Page 2 of 2 without text/)
  t.match((await app.inject('/v1/indexes/faq/documents/scan.pdf?company_id=shop')).json(), {
    title: 'scan', warnings: [/^Page 2 of 2 without text/], pieces: [{ page: 1, text: 'The first page.' }],
  })
})
