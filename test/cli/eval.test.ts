// `causerie eval`: asks a running service, and leaves no trace there.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { evalCommand } from '../../cli/eval.ts'
import { once } from '../../cli/service.ts'
import { coded } from '../../src/errors.ts'
import { makeKey } from '../../src/keys/key.ts'
import type { CommandIo } from '../../cli/command-io.ts'
import { run } from '../fixtures/command.ts'
import { startTestApp } from '../helper.ts'

const set = {
  company_id: 'shop',
  questions: [
    { q: 'How long does delivery take?', answer: ['two working days'], doc: ['faq/delivery'], required: true },
    { q: 'What is the price of the gas stove?', answer: ['49.90 €'], doc: ['products/stove'] },
  ],
  unanswerable: ['Do you offer gift wrapping?'],
}
const make = (io: CommandIo) => evalCommand(io, once)

async function prepare (t: Test, questions: object = set) {
  const { app, url, dir } = await startTestApp(t, {})
  const file = (name: string) => join(dir, name)
  await writeFile(file('set.json'), JSON.stringify(questions))
  return { app, url, file, evaluate: (...args: string[]) => run(t, make, [file('set.json'), '--url', url, ...args]) }
}

t.test('measures a set, writes its reports, and compares with a baseline', async t => {
  const { file, evaluate } = await prepare(t)
  const first = await evaluate('--json', file('one.json'), '--html', file('one.html'), '--junit', file('one.xml'))
  t.match(first, { code: 0, out: /^set\.json: 3 questions to shop\n {2}cases passed +100\.0 %/ })
  t.match(JSON.parse(await readFile(file('one.json'), 'utf8')), {
    format: 'causerie-evaluation-1', company: 'shop', questions: 3,
    cases: [{ passed: true, rank: 1, required: true }, { passed: true }, { passed: true, refused: true, answerable: false }],
  })
  t.match(await readFile(file('one.html'), 'utf8'), /^<!doctype html>/)
  t.match(await readFile(file('one.xml'), 'utf8'), 'failures="0"')
  const again = await evaluate('--baseline', file('one.json'), '--fail-on', 'required,recall:-2,right', '--json', '-')
  t.equal(again.code, 0)
  t.equal(JSON.parse(again.out).questions, 3)
})

t.test('fails when a required case does', async t => {
  const { evaluate } = await prepare(t, { ...set, questions: [{ ...set.questions[0]!, answer: ['five weeks'] }] })
  t.match(await evaluate('--fail-on', 'required'), { code: 1, err: /The required case q1 failed: How long/, out: /what went wrong/ })
  t.match(await evaluate(), { code: 0 })
})

t.test('leaves no trace in the service but the run in its history, unless told not to', async t => {
  const { app, evaluate } = await prepare(t)
  const kept = async () => (await app.inject('/v1/evaluations?company_id=shop')).json().data
  t.notMatch((await evaluate('--no-save')).err, /Kept/)
  t.same(await kept(), [])
  t.match((await evaluate()).err, /Kept in the history as eval_/)
  t.match(await kept(), [{ set: 'set.json', questions: 3, model: 'extractive', figures: [{ name: 'passed', value: 1 }] }])
  t.same((await app.inject('/v1/gaps?company_id=shop')).json().data, [])
  t.same((await app.inject('/v1/conversations?company_id=shop&user_id=evaluation-0')).json().data ?? [], [])
})

t.test('keeps no run with a key that may only ask', async t => {
  const { app, url, file } = await prepare(t)
  const made = makeKey({ company: 'shop', scopes: ['chat'] })
  await app.keys.create(made.key)
  app.keyVerifier.drop()
  const { code, err } = await run(t, make, [file('set.json'), '--url', url], { env: { CAUSERIE_KEY: made.text } })
  t.equal(code, 0, err)
  t.notMatch(err, /Kept|not kept/)
  t.same(await app.evaluations.list('shop', {}, { limit: 10 }), [])
})

t.test('measures all the same when the run cannot be kept', async t => {
  const { app, evaluate } = await prepare(t)
  app.evaluations.add = async () => { throw coded('EVALUATIONS_UNAVAILABLE') }
  t.match(await evaluate(), { code: 0, out: /cases passed +100/, err: /was not kept in the history: .*EVALUATIONS_UNAVAILABLE/ })
})

t.test('reads a table as a spreadsheet writes it, and refuses where the report could not be written before it asks', async t => {
  const { app, url, file } = await prepare(t)
  const table = '\uFEFFquestion;answer;required\r\n"How long does\r\ndelivery take?";two working days;x\r\n;;\r\n'
  await writeFile(file('utf16.csv'), Buffer.from(table, 'utf16le'))
  const evaluate = (...args: string[]) => run(t, make, [file('utf16.csv'), '--url', url, '--company', 'shop', ...args])
  t.match(await evaluate('--fail-on', 'required'), { code: 0, out: /1 question.*cases passed +100/s })
  const before = (await app.evaluations.list('shop', {}, { limit: 10 })).length
  for (const option of ['--json', '--html', '--junit']) {
    t.match(await evaluate(option, file('no/such/folder.x')), { code: 2, err: /cannot be written/ }, option)
  }
  t.match(await evaluate('--json', file('.')), { code: 2, err: /is a folder/ })
  t.match(await run(t, make, [file('.'), '--url', url]), { code: 2, err: /is no file/ })
  t.match(await run(t, make, [file('none.csv'), '--url', url, '--company', 'shop']), { code: 2, err: /none\.csv: there is no such file/ })
  t.equal((await app.evaluations.list('shop', {}, { limit: 10 })).length, before, 'nothing was asked')
})

t.test('says that a baseline is of another set', async t => {
  const { url, file, evaluate } = await prepare(t)
  await writeFile(file('other.json'), '[{"q": "Where are you?", "answer": "Oslo"}]')
  await run(t, make, [file('other.json'), '--url', url, '--company', 'shop', '--json', file('one.json')])
  t.match(await evaluate('--baseline', file('one.json')), { code: 0, err: /no question of this set: nothing is compared/ })
  t.match(await evaluate('--baseline', file('one.json'), '--fail-on', 'right'), { code: 1, err: /cannot be compared/ })
})

t.test('a check that nothing could fail is a failure', async t => {
  const { evaluate } = await prepare(t, { ...set, questions: [{ ...set.questions[1]! }] })
  t.match(await evaluate('--fail-on', 'required'), { code: 1, err: /No case of the set is required/ })
  for (const nothing of ['', ' ', ',,']) t.match(await evaluate('--fail-on', nothing), { code: 2, err: /no rule/ })
})

t.test('says what is wrong with its arguments, and that a service cannot be asked', async t => {
  const { file, url, evaluate } = await prepare(t)
  await writeFile(file('bare.json'), '[{"q": "Hours?"}]')
  await writeFile(file('bad.json'), '[')
  t.match(await run(t, make, [file('bare.json'), '--url', url]), { code: 2, err: /Name the company/ })
  t.match(await run(t, make, [file('bad.json'), '--url', url]), { code: 1, err: /The file is not JSON/ })
  t.match(await run(t, make, [file('none.json'), '--url', url]), { code: 2, err: /there is no such file/ })
  t.match(await evaluate('--fail-on', 'recall'), { code: 2, err: /needs --baseline/ })
  t.match(await evaluate('--fail-on', 'recal'), { code: 2, err: /recal is no rule/ })
  t.match(await evaluate('--baseline', file('bare.json'), '--fail-on', 'recall'), { code: 2, err: /baseline .* cannot be read/ })
  t.match(await evaluate('--company', 'nobody'), { code: 1, err: /UNKNOWN_COMPANY/ })
  t.match(await evaluate('--judge'), { code: 2, err: /needs a language model/ })
  t.match(await run(t, make, [file('set.json'), '--url', 'http://127.0.0.1:1']), { code: 1, err: /cannot be reached/ })
})
