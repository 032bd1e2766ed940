// The golden files: what they say is read, reaches the language model's prompt, and stands in an answer without one.
import t from 'tap'
import { askFiles, documentsOfFiles } from '../bench/files.ts'
import { createCorpus } from '../bench/corpus.ts'
import { comparable } from '../src/evaluation/compare-texts.ts'
import { factLine } from '../src/language/passage-lines.ts'
import { embedModels } from './fixtures/embed-models.ts'
import { fileCompanies } from './golden/files/read.ts'

const companies = fileCompanies()

t.test('there are enough files and questions, of all formats', async t => {
  const files = companies.flatMap(company => Object.keys(company.files))
  t.ok(files.length >= 60)
  t.ok(companies.flatMap(({ questions }) => questions).length >= 200)
  t.strictSame([...new Set(files.map(name => /\w+$/.exec(name)![0]))].sort(),
    ['csv', 'docx', 'eml', 'epub', 'html', 'ods', 'odt', 'pdf', 'pptx', 'rtf', 'xlsx'])
})

for (const company of companies) {
  t.test(`${company.id}: what answers a question is read from its file`, async t => {
    const documents = await documentsOfFiles(company)
    for (const { q, answer, file } of company.questions) {
      const own = documents.filter(({ id }) => id === file || id.startsWith(`${file}/`))
      const text = comparable(own.map(({ title, fields, chunks }) => [
        title, ...fields.map(factLine), ...chunks!.map(chunk => [...chunk.headings, chunk.text].join('\n')),
      ].join('\n')).join('\n'))
      t.ok(answer.some(one => text.includes(comparable(one))), `${file}: ${q}`)
    }
  })
}

t.test('what answers a question is found', async t => {
  const corpus = await createCorpus({ modelsDir: await embedModels(), models: ['all-MiniLM-L6-v2'] })
  t.teardown(() => corpus.close())
  const outcomes = await askFiles(corpus)
  const share = (key: 'inPrompt' | 'inLine') => outcomes.filter(outcome => outcome[key]).length / outcomes.length
  t.comment(JSON.stringify({ inPrompt: share('inPrompt'), inLine: share('inLine') }))
  t.ok(share('inPrompt') >= 0.97, 'the right string is in the prompt')
  t.ok(share('inLine') >= 0.83, 'the right string is in the first line of an answer without a language model')
})
