// `causerie export` and `import`: what no reader can see of a file, other set-ups, and what a killed import leaves.
import { createHash } from 'node:crypto'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { exportCommand, importCommand } from '../../cli/export.ts'
import { removeLeftovers } from '../../src/backends/sqlite/leftovers.ts'
import { openCompanyFile } from '../../src/backends/sqlite/open.ts'
import { createStore } from '../../src/backends/sqlite/thread.ts'
import type { VectorType } from '../../src/backends/sqlite/vector-codec.ts'
import { run } from '../fixtures/command.ts'
import { folders, makeShop } from '../fixtures/export-shop.ts'

t.test('floats that are no numbers are refused, in vectors of every type and in a centre', async t => {
  for (const [type, pattern, ends] of [
    ['float32', /(?<=\[\d,"float32",")[^"]*/, [0]], ['int8', /(?<=\[\d,"int8",")[^"]*/, [-4]],
    ['bit', /(?<=\[\d,"bit",")[^"]*/, [-8, -4]], ['bit', /(?<="centre":\{"model":0,"vector":")[^"]*/, [0]],
  ] as [VectorType, RegExp, number[]][]) {
    const { from, to, file, exported, imported } = await folders(t)
    await makeShop(from, [type])
    await exported(from)
    const lines = gunzipSync(await readFile(file)).toString().split('\n').slice(0, -1)
    const at = lines.findIndex(line => pattern.test(line))
    for (const end of ends) {
      const bad = lines.map((line, i) => i !== at ? line : line.replace(pattern, text => {
        const bytes = Buffer.from(text, 'base64')
        bytes.writeFloatLE(NaN, end < 0 ? bytes.length + end : end)
        return bytes.toString('base64')
      }))
      const sha256 = createHash('sha256').update(bad.slice(0, -1).map(line => `${line}\n`).join('')).digest('hex')
      const last = JSON.stringify({ end: { ...JSON.parse(bad.at(-1)!).end, sha256 } })
      await writeFile(file, gzipSync(`${[...bad.slice(0, -1), last].join('\n')}\n`))
      t.match(await imported(file), { code: 1, err: /a number that is none/ }, `${type} at ${end}`)
      t.same(await readdir(join(to, 'companies')), [])
    }
  }
})

t.test('says what it does where profiles are in Supabase', async t => {
  const { from, to, file } = await folders(t)
  await makeShop(from)
  const supabase = { SUPABASE_URL: 'http://127.0.0.1:1', SUPABASE_KEY: 'secret' }
  t.match(await run(t, exportCommand, [file, '--company', 'shop'], { env: { ...supabase, DATA_DIR: from } }),
    { code: 0, err: /profile is not in the file: profiles are in Supabase/ })
  t.match(await run(t, importCommand, [file, '--company', 'shop'], { env: { ...supabase, DATA_DIR: to } }),
    { code: 0, err: /Profiles are in Supabase here.*not used/ })
})

t.test('what a killed import or restore has left goes with its company, and after an hour when the service starts', async t => {
  const { from } = await folders(t)
  await makeShop(from)
  const dir = join(from, 'companies')
  const leave = async (name: string, content = 'half of a file') => {
    for (const end of ['', '-wal', '-shm']) await writeFile(join(dir, name + end), content)
  }
  for (const name of ['shop.sqlite.import', 'other.sqlite.import', 'other.sqlite.new']) await leave(name)
  const store = createStore({ dataDir: from })
  await store.run('removeCompany', 'shop', null)
  await store.close()
  const left = async () => (await readdir(dir)).filter(name => /\.(import|new)$/.test(name))
  t.same(await left(), ['other.sqlite.import', 'other.sqlite.new'])
  t.same(await removeLeftovers(from), [], 'a command may be writing them')
  t.same((await removeLeftovers(from, Date.now() + 3_700_000)).sort(), ['other.sqlite.import', 'other.sqlite.new'])
  t.same(await readdir(dir), ['shop.removed'])
  const open = openCompanyFile(join(dir, 'slow.sqlite.import'), true)!
  t.same(await removeLeftovers(from, Date.now() + 3_700_000), [], 'an import that takes long')
  open.close()
  t.same(await removeLeftovers(join(from, 'nowhere')), [])
})
