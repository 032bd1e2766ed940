// `causerie usage` and `causerie audit`: their output and exit codes.
import t from 'tap'
import { auditCommand, usageCommand } from '../../cli/usage.ts'
import { run } from '../fixtures/command.ts'
import { startTestApp } from '../helper.ts'

t.test('prints what companies have used, and who changed what', async t => {
  const { app, url } = await startTestApp(t)
  const usage = (...args: string[]) => run(t, usageCommand, [...args, '--url', url], { env: {} })
  const audit = (...args: string[]) => run(t, auditCommand, [...args, '--url', url], { env: {} })
  await app.inject({ method: 'POST', url: '/search', body: { company_id: 'shop', message: 'delivery' } })
  await app.inject({ method: 'PUT', url: '/v1/companies/acme', body: { name: 'Acme', language: 'en', indexes: {} } })
  const lines = /^acme: 0 documents, \d\.\d MB\nshop: 4 documents, \d\.\d MB\n {2}\S{10}: 0 questions, 0 \+ 0 tokens, 1 search\n$/
  t.match(await usage(), { code: 0, out: lines })
  t.match(await usage('--csv', '--by', 'day,key'), {
    code: 0, out: /^company,day,key,kind,name,questions,input_tokens,output_tokens,searches\r\nshop,\d{4}-\d\d-\d\d,,,,0,0,0,1\r\n$/,
  })
  t.match(JSON.parse((await usage('--json', '--company', 'shop')).out), { company_id: 'shop', total: { searches: 1 } })
  t.match(await usage('--company', 'nobody'), { code: 1, err: /Unknown company/ })
  t.match(await usage('--by', 'colour'), { code: 1, err: /by/ })
  t.match(await audit(), { code: 0, out: /^\S+Z {2}acme {2}company\.put {4}by no key\n$/ })
  t.match(JSON.parse((await audit('--json', '--company', 'acme')).out), { action: 'company.put', company_id: 'acme' })
  t.match(await audit('--action', 'company'), { out: /company\.put/ })
  t.match(await audit('--action', 'key'), { code: 0, out: '' })
  t.match(await audit('--company', 'shop'), { code: 0, out: '', err: 'No changes.\n' })
})
