// `causerie company`: what it makes of a running service, and its exit codes.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { companyCommand } from '../../cli/company.ts'
import { run } from '../fixtures/command.ts'
import { startTestApp } from '../helper.ts'

async function make (t: Test) {
  const { app, url, dir } = await startTestApp(t)
  const company = (name: string, ...args: string[]) => run(t, companyCommand, [name, ...args, '--url', url], { env: {} })
  return { app, dir, company }
}

t.test('creates a company, shows it, changes it', async t => {
  const { company, dir } = await make(t)
  await writeFile(join(dir, 'prompt.txt'), 'Be brief.')
  const made = await company('create', 'acme', '--language', 'en', '--index', 'pages', '--prompt', `@${join(dir, 'prompt.txt')}`)
  t.match(made, { code: 0, out: '', err: /Company acme is created.*--index pages/ })
  t.same(JSON.parse((await company('show', 'acme')).out), {
    id: 'acme', name: 'acme', language: 'en', indexes: { pages: {} }, system_prompt: 'Be brief.',
  })
  t.match(await company('list'), { code: 0, out: 'acme  en  acme\nshop  en  Shop\n' })
  t.match(await company('create', 'acme'), { code: 1, err: /already/ })
  const changed = await company('set', 'acme', '--name', 'Acme', '--index', 'faq', '--question', 'When?', 'Where?', '--no-refuse')
  t.match(JSON.parse(changed.out), {
    name: 'Acme', indexes: { pages: {}, faq: {} }, common_questions: ['When?', 'Where?'], refuse_without_passages: false,
    system_prompt: 'Be brief.',
  })
})

t.test('a new company that names no index has the usual ones, so that something can be put in', async t => {
  const { company } = await make(t)
  t.match(await company('create', 'acme'), { code: 0, err: /--index faq/ })
  t.same(Object.keys(JSON.parse((await company('show', 'acme')).out).indexes), ['faq', 'pages', 'products'])
})

t.test('reads a profile from a file', async t => {
  const { company, dir } = await make(t)
  const file = join(dir, 'profile.json')
  await writeFile(file, JSON.stringify({ id: 'acme', name: 'Acme', language: 'de', indexes: { faq: { title: 'frage' } } }))
  t.match(await company('create', 'acme', '--file', file, '--name', 'Other'), { code: 0 })
  t.same(JSON.parse((await company('show', 'acme')).out), {
    id: 'acme', name: 'Other', language: 'de', indexes: { faq: { title: 'frage' } },
  })
  t.match(await company('set', 'shop', '--file', file), { code: 2, err: /another company/ })
  await writeFile(file, 'no json')
  t.match(await company('set', 'acme', '--file', file), { code: 2, err: /not JSON/ })
})

t.test('deletes a company, once that is confirmed', async t => {
  const { company } = await make(t)
  t.match(await company('delete', 'shop'), { code: 2, err: /--yes/ })
  const out = 'documents (SQLite): 4\nprofile (SQLite): 1\n'
  t.match(await company('delete', 'shop', '--yes'), { code: 0, out, err: 'Company shop is deleted.' })
  t.match(await company('delete', 'shop', '--yes'), { code: 1, err: /Unknown company/ })
})

t.test('says what is wrong', async t => {
  const { company } = await make(t)
  t.match(await company('create', '../etc'), { code: 2, err: /Not a valid company id/ })
  t.match(await company('create', 'acme', '--index', 'a__b'), { code: 2, err: /Not a valid index/ })
  t.match(await company('create', 'acme', '--language', 'xx'), { code: 2 })
  t.match(await company('show', 'nobody'), { code: 1, err: /Unknown company\. GET \/v1\/companies lists/ })
  t.match(await company('create', 'acme', '--prompt', '@nothing.txt'), { code: 2, err: 'nothing.txt: there is no such file.\n' })
  t.match(await company('set', 'shop'), { code: 2, err: /Nothing to change/ })
})
