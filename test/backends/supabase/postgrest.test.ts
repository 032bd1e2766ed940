// On a real PostgreSQL with a real PostgREST: the migrations as they are, row-level security, and both stores.
import t, { type Test } from 'tap'
import { createSupabaseAudit } from '../../../src/backends/supabase/audit.ts'
import { createSupabaseCurated } from '../../../src/backends/supabase/curated.ts'
import { createSupabaseEvaluations } from '../../../src/backends/supabase/evaluations.ts'
import { createSupabaseFeedback } from '../../../src/backends/supabase/feedback.ts'
import { createSupabaseGaps } from '../../../src/backends/supabase/gaps.ts'
import { createSupabaseLearning } from '../../../src/backends/supabase/learning.ts'
import { createSupabaseKeys } from '../../../src/backends/supabase/keys.ts'
import { createSupabaseProfiles } from '../../../src/backends/supabase/profiles.ts'
import type { Supabase } from '../../../src/backends/supabase/client.ts'
import { createSupabaseWebhook } from '../../../src/backends/supabase/webhook.ts'
import { auditContract } from '../../contracts/audit.ts'
import { curatedContract } from '../../contracts/curated.ts'
import { evaluationContract } from '../../contracts/evaluations.ts'
import { feedbackContract } from '../../contracts/feedback.ts'
import { gapContract } from '../../contracts/gaps.ts'
import { learningContract } from '../../contracts/learning.ts'
import { promptStoreContract, writtenProfile } from '../../contracts/profile-store.ts'
import { missing, startProject } from '../../fixtures/postgrest.ts'
import { connect, writeProfile } from '../../fixtures/supabase.ts'
import { keyCompaniesSql, keyStoreContract, supabaseKeyCases } from '../../contracts/key-store.ts'
import { change, evaluation, id, key, missed, rating, recorded, rows, tables } from '../../fixtures/supabase-rows.ts'
import { emptyTablesSql, feedbackCompaniesSql, seedSql, webhookSql } from '../../fixtures/supabase-sql.ts'

const absent = missing()
if (absent !== null) {
  const told = `NOT TESTED on a real PostgreSQL: ${absent}`
  if (process.env.CI) t.fail(told)
  else {
    process.stderr.write(`${told}\n`)
    t.plan(0, told)
  }
  process.exit()
}

const project = await startProject(t)
const webhookSecret = 'a secret of sixteen or more'
async function filled (t: Test): Promise<Supabase> {
  await project.sql(emptyTablesSql)
  const supabase = connect(t, project.url, project.keys.service_role)
  await writeProfile(supabase, writtenProfile)
  await supabase.from('api_keys').insert(key).throwOnError()
  await supabase.from('feedback').insert(rating).throwOnError()
  await supabase.from('people_keys').insert({ company_id: 'shop', key: 'k'.repeat(43) }).throwOnError()
  await supabase.from('gaps').insert({ company_id: 'shop', id: 'gap_a' }).throwOnError()
  await supabase.from('missed_questions').insert(missed).throwOnError()
  await supabase.from('evaluations').insert(evaluation).throwOnError()
  await supabase.from('learned_versions').insert({ company_id: 'shop', id: 'lrn_a', entry: {} }).throwOnError()
  await supabase.from('audit').insert(recorded).throwOnError()
  await supabase.from('curated').insert({ company_id: 'shop', id: 'cur_a', entry: {} }).throwOnError()
  return supabase
}

t.test('profile store', async t => {
  promptStoreContract(t, async t => {
    await project.sql(emptyTablesSql)
    const supabase = connect(t, project.url, project.keys.service_role)
    return {
      store: createSupabaseProfiles({ supabase }),
      write: profile => writeProfile(supabase, profile),
      async breakDown () {
        await project.sql('alter table public.companies rename to companies_away')
        t.teardown(() => project.sql('alter table public.companies_away rename to companies'))
      },
    }
  })
})

t.test('key store', async t => {
  const make = async (t: Test) => {
    await project.sql(emptyTablesSql)
    await project.sql(keyCompaniesSql)
    return { keys: createSupabaseKeys({ supabase: connect(t, project.url, project.keys.service_role) }), sql: project.sql }
  }
  keyStoreContract(t, make)
  supabaseKeyCases(t, make)
})

/** Empties the tables, but for two companies. */
async function emptied (t: Test): Promise<Supabase> {
  await project.sql(emptyTablesSql)
  await project.sql(feedbackCompaniesSql)
  return connect(t, project.url, project.keys.service_role)
}

t.test('feedback', async t => {
  feedbackContract(t, async (t, ttlMs) => {
    let now = Date.now()
    const supabase = await emptied(t)
    const feedback = createSupabaseFeedback({ supabase, ttlMs, onError: error => { throw error }, now: () => now })
    t.teardown(() => feedback.close())
    return { feedback, pass: ms => { now += ms } }
  })
})

t.test('gaps', async t => {
  gapContract(t, async (t, ttlMs) => {
    let now = Date.parse('2026-03-10T12:00:00Z')
    const supabase = await emptied(t)
    const limits = { ttlMs, maxQuestions: 10, maxOfOne: 3, onError: (error: unknown) => { throw error } }
    const gaps = createSupabaseGaps({ supabase, ...limits, now: () => now })
    t.teardown(() => gaps.close())
    return { gaps, now: () => now, pass: ms => { now += ms } }
  })
})

t.test('evaluations', async t => {
  evaluationContract(t, async t => createSupabaseEvaluations({ supabase: await emptied(t), maxRuns: 5 }))
})

t.test('the record of changes', async t => {
  auditContract(t, async t => createSupabaseAudit({ supabase: await emptied(t) }))
})

t.test('curated answers', async t => {
  curatedContract(t, async t => createSupabaseCurated({ supabase: await emptied(t) }))
})

t.test('what companies have learnt', async t => {
  learningContract(t, async t => createSupabaseLearning({ supabase: await emptied(t) }))
})

t.test('row-level security is on and forced for every table of the schema, and no policy lets anyone in', async t => {
  const unprotected = await project.sql(
    "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not (relrowsecurity and " +
    'relforcerowsecurity)'
  )
  t.equal(unprotected, '')
  t.equal(await project.sql('select count(*) from pg_policies where schemaname = \'public\''), '0')
})

t.test('lets the secret key read and write every table', async t => {
  const supabase = await filled(t)
  for (const table of tables) {
    t.ok((await supabase.from(table).select().throwOnError()).data.length > 0, table)
    t.equal((await supabase.from(table).insert(rows[table])).status, 201, table)
  }
  t.equal((await supabase.from('companies').delete().eq('id', 'shop').select().throwOnError()).data.length, 1)
  t.same((await supabase.from('api_keys').select().throwOnError()).data, [], 'the keys of a company go with it')
  t.same((await supabase.from('company_indexes').select().throwOnError()).data, [], 'and so do its indexes')
})

for (const role of ['anon', 'authenticated'] as const) {
  t.test(`the role ${role}`, async t => {
    const secret = await filled(t)
    const before = await snapshot(secret)
    const theirs = connect(t, project.url, project.keys[role])
    const refused = role === 'anon' ? 401 : 403

    await t.test('is refused everything, although Supabase grants it every table by default', async t => {
      for (const table of tables) {
        t.match(await theirs.from(table).select(), { status: refused, data: null, error: { code: '42501' } }, `reads ${table}`)
        t.match(await theirs.from(table).insert(rows[table]), { status: refused }, `adds to ${table}`)
        t.match(await theirs.from(table).upsert(rows[table]), { status: refused }, `replaces in ${table}`)
        t.match(await theirs.from(table).update(change[table]).neq(id[table], ''), { status: refused }, `changes ${table}`)
        t.match(await theirs.from(table).delete().neq(id[table], ''), { status: refused }, `deletes from ${table}`)
      }
      await t.rejects(createSupabaseProfiles({ supabase: theirs }).get('shop'), { code: 'PROMPTS_UNAVAILABLE', message: /SUPABASE_KEY/ })
    })

    await t.test('reaches no row even when it is granted the tables', async t => {
      await project.sql(`grant all on all tables in schema public to ${role}`)
      t.teardown(() => project.sql(`revoke all on all tables in schema public from ${role}`))
      for (const table of tables) {
        t.same((await theirs.from(table).select()).data, [], `reads ${table}`)
        t.match(
          await theirs.from(table).insert(rows[table]), { status: refused, error: { message: /row-level security/ } }, `adds to ${table}`
        )
        t.same((await theirs.from(table).update(change[table]).neq(id[table], '').select()).data, [], `changes ${table}`)
        t.same((await theirs.from(table).delete().neq(id[table], '').select()).data, [], `deletes from ${table}`)
      }
      t.equal(await createSupabaseProfiles({ supabase: theirs }).get('shop'), null)
    })
    t.same(await snapshot(secret), before, 'nothing has changed')
  })
}

t.test('refuses a key that PostgREST does not know', async t => {
  const forged = project.keys.service_role.replace(/[^.]+$/, 'x'.repeat(43))
  await t.rejects(createSupabaseProfiles({ supabase: connect(t, project.url, forged) }).get('shop'), {
    code: 'PROMPTS_UNAVAILABLE', message: /SUPABASE_KEY/,
  })
})

t.test('refuses invalid rows', async t => {
  const supabase = await filled(t)
  await supabase.from('companies').insert({ id: 'other', name: 'Other', language: 'en' }).throwOnError()
  const cases: [what: string, table: typeof tables[number], row: object][] = [
    ['an id that could be two', 'companies', { ...rows.companies, id: 'a__b' }],
    ['an id that is a path', 'companies', { ...rows.companies, id: '../a' }],
    ['a company without a name', 'companies', { ...rows.companies, name: '' }],
    ['a language that is not known', 'companies', { ...rows.companies, language: 'tlh' }],
    ['a mapping that is a list', 'company_indexes', { ...rows.company_indexes, mapping: [] }],
    ['the uid of another company\'s index', 'company_indexes', { company_id: 'other', kind: 'x', uid: 'shop__faq' }],
    ['the index of no company', 'company_indexes', { company_id: 'nobody', kind: 'faq' }],
    ['a scope that is not known', 'api_keys', { ...rows.api_keys, scopes: ['chat', 'root'] }],
    ['a key without scope', 'api_keys', { ...rows.api_keys, scopes: [] }],
    ['a key in clear', 'api_keys', { ...rows.api_keys, hash: 'secret' }],
  ]
  for (const [what, table, row] of cases) {
    const { status, error } = await supabase.from(table).insert(row)
    t.ok(status === 400 || status === 409, what)
    t.match(error!.message, /constraint/, what)
  }
})

t.test('records the time of the last change', async t => {
  const supabase = await filled(t)
  const times = async () =>
    (await supabase.from('companies').select('created_at,updated_at').single().throwOnError()).data as {
      created_at: string
      updated_at: string
    }
  const before = await times()
  await supabase.from('companies').update({ name: 'New' }).eq('id', 'shop').throwOnError()
  const after = await times()
  t.equal(after.created_at, before.created_at)
  t.ok(after.updated_at > before.updated_at)
})

t.test('applies the seed twice without harm', async t => {
  await project.sql(emptyTablesSql)
  await project.sql(seedSql)
  await project.sql(seedSql)
  const store = createSupabaseProfiles({ supabase: connect(t, project.url, project.keys.service_role) })
  t.strictSame(Object.keys((await store.get('petit-nid'))!.indexes.products!.fields!).slice(0, 3), ['price', 'brand', 'size'])
})

t.test('announces changes, by the trigger of supabase/snippets, in the form that the webhook reads', async t => {
  await project.sql(emptyTablesSql)
  // The parts of a Supabase project besides PostgreSQL: Vault, and pg_net, which here records what it would send.
  await project.sql(`
    create schema extensions; create extension pgcrypto schema extensions;
    create schema vault; create table vault.decrypted_secrets (name text, decrypted_secret text);
    insert into vault.decrypted_secrets values
      ('causerie_webhook_url', 'https://chat.example.com/webhooks/supabase'),
      ('causerie_webhook_secret', '${webhookSecret}');
    create schema net; create table net.sent (n serial, url text, body text, headers jsonb);
    create function net.http_post (
      url text, body jsonb default '{}', params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000
    )
    returns bigint language sql as 'insert into net.sent (url, body, headers) values (url, body::text, headers) returning n';
  `)
  await project.sql(webhookSql)
  await project.sql(webhookSql)
  const supabase = connect(t, project.url, project.keys.service_role)
  await writeProfile(supabase, { ...writtenProfile, system_prompt: 'A secret recipe: « été ».', indexes: { faq: {} } })
  await supabase.from('companies').update({ id: 'store' }).eq('id', 'shop').throwOnError()
  await supabase.from('api_keys').insert({ ...key, company_id: 'store' }).throwOnError()
  await supabase.from('companies').delete().eq('id', 'store').throwOnError()

  const sent = (await project.sql("select json_build_object('url', url, 'body', body, 'headers', headers) from net.sent order by n"))
    .split('\n')
    .map(line => JSON.parse(line) as { url: string; body: string; headers: Record<string, string> })
  const webhook = createSupabaseWebhook(webhookSecret)
  t.same(sent.map(({ headers, body }) => webhook.read(headers, Buffer.from(body))), [
    { companies: ['shop'], keys: false }, // the company is added,
    { companies: ['shop'], keys: false }, // then its index,
    { companies: ['shop'], keys: false }, // which changes the company;
    { companies: ['shop', 'store'], keys: false }, // it is renamed,
    { companies: ['shop', 'store'], keys: false }, // and its index with it,
    { companies: ['store'], keys: false }, // which changes it once more;
    { companies: [], keys: true }, // a key is added;
    { companies: ['store'], keys: false }, // all is deleted
    { companies: ['store'], keys: false },
    { companies: [], keys: true },
  ])
  t.ok(sent.every(({ url, headers }) => url.endsWith('/webhooks/supabase') && headers['Content-Type'] === 'application/json'))
  t.notMatch(JSON.stringify(sent), 'recipe')
  t.notMatch(JSON.stringify(sent), key.hash)

  await project.sql('drop function net.http_post')
  t.equal((await supabase.from('companies').insert(rows.companies)).status, 201, 'a change that cannot be announced is made all the same')
})

async function snapshot (supabase: Supabase): Promise<unknown[]> {
  return Promise.all(tables.map(async table => (await supabase.from(table).select().throwOnError()).data))
}
