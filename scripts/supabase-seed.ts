// Writes supabase/seed.sql, the sample companies as rows, from data/*/company.json; --check only tells if it is up to date.
import { existsSync } from 'node:fs'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { parseProfile, type WrittenProfile } from '../src/profiles/profile.ts'
import { rowsOf } from '../src/backends/supabase/profiles.ts'

const help = `Usage: node scripts/supabase-seed.ts [--check]

Writes supabase/seed.sql from the sample companies in data/.

  --check  write nothing; end with 1 when supabase/seed.sql is out of date
  --help   this text
`

const samples = new URL('../data/', import.meta.url)
const file = new URL('../supabase/seed.sql', import.meta.url)

async function readProfiles (): Promise<WrittenProfile[]> {
  const profiles: WrittenProfile[] = []
  for (const name of (await readdir(samples)).sort()) {
    const profile = new URL(`${name}/company.json`, samples)
    if (!existsSync(profile)) continue
    const written = JSON.parse(await readFile(profile, 'utf8')) as WrittenProfile
    parseProfile(written)
    profiles.push(written)
  }
  return profiles
}

function literal (value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `array[${value.map(literal).join(', ')}]::text[]`
  return `'${(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('\'', '\'\'')}'`
}

function insert (table: string, rows: object[]): string {
  const values = rows.map(row => `  (${Object.values(row).map(literal).join(', ')})`).join(',\n')
  return `insert into public.${table} (${Object.keys(rows[0]!).join(', ')}) values\n${values}\non conflict do nothing;\n`
}

const { values: { check, help: helpWanted } } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } })
if (helpWanted) process.stdout.write(help)
else {
  const rows = (await readProfiles()).map(rowsOf)
  const seed = [
    '-- The sample companies. Made by scripts/supabase-seed.ts from data/*/company.json; rows that are there already stay as they are.\n',
    insert('companies', rows.map(({ company }) => company)),
    insert('company_indexes', rows.flatMap(({ indexes }) => indexes)),
  ].join('\n')
  if (!check) await writeFile(file, seed)
  else if (!existsSync(file) || await readFile(file, 'utf8') !== seed) {
    process.stderr.write('supabase/seed.sql is out of date: node scripts/supabase-seed.ts\n')
    process.exitCode = 1
  }
}
