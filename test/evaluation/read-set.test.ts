// Sets of all formats become the same cases.
import t from 'tap'
import { readSet, SetError } from '../../src/evaluation/read-set.ts'
import { fc } from '../fixtures/property.ts'

t.test('reads a golden set with its company, its lists as groups', async t => {
  const set = readSet(JSON.stringify({
    company_id: 'acme',
    questions: [{ q: 'Hours?', answer: ['9 am'], doc: ['faq/hours'], required: true }],
    unanswerable: ['Do you sell kayaks?'],
  }), 'acme.json')
  t.equal(set.company, 'acme')
  t.same(set.cases, [
    { id: 'q1', question: 'Hours?', answers: ['9 am'], sources: ['faq/hours'], answerable: true, required: true, group: 'questions' },
    { id: 'q2', question: 'Do you sell kayaks?', answers: [], sources: [], answerable: false, required: false, group: 'unanswerable' },
  ])
})

t.test('reads SQuAD, nested and flat', async t => {
  const qas = [
    { id: 'a', question: 'Who?', answers: [{ text: 'Ann', answer_start: 0 }, { text: 'Ann' }], is_impossible: false },
    { id: 'b', question: 'When?', answers: [], is_impossible: true },
  ]
  const data = [{ title: 'T', paragraphs: [{ context: 'Ann did.', qas }] }]
  const nested = readSet(JSON.stringify({ version: 'v2.0', data }), 'dev.json')
  t.match(nested.cases, [
    { id: 'a', answers: ['Ann'], context: 'Ann did.', answerable: true }, { id: 'b', answers: [], answerable: false },
  ])
  const one = { id: 'x', question: 'Who?', context: 'Ann did.', answers: { text: ['Ann'], answer_start: [0] } }
  const flat = readSet(JSON.stringify({ data: [one] }), 'x.json')
  t.match(flat.cases, [{ id: 'x', answers: ['Ann'], context: 'Ann did.' }])
})

t.test('reads tables, with any of the usual delimiters', async t => {
  const expected = [
    { question: 'Price; of a tent?', answers: ['299 €', '299,00 €'], sources: ['products/tent'], required: true, answerable: true },
    { question: 'Kayaks?', answers: [], sources: [], required: false, answerable: false },
  ]
  for (const sign of [';', '\t', ',']) {
    const text = [
      ['Question', 'answer', 'source', 'required', 'answerable'],
      ['"Price; of a tent?"', '"299 €|299,00 €"', 'products/tent', 'yes', ''],
      ['Kayaks?', '', '', '', 'no'],
    ].map(row => row.join(sign)).join('\r\n')
    t.match(readSet(`\uFEFF${text}`, 'set.csv').cases, expected, sign)
  }
})

t.test('reads tables as spreadsheets write them: empty rows, a line with the delimiter, line feeds and delimiters in quotes', async t => {
  const expected = [{ id: 'q1', question: 'Is it;\nopen, "late"?', answers: ['9 pm'] }, { id: 'q2', question: 'Hours?', answers: [] }]
  const rows = ['question;answer', '"Is it;\nopen, ""late""?";9 pm', ';;', '  ;', 'Hours?;', ';;;']
  const table = rows.join('\r\n')
  for (const text of [table, `\r\n\r\n${table}\r\n\r\n`, `sep=;\r\n${table}`, `\uFEFFSEP=;\n${rows.join('\n')}\n`]) {
    t.match(readSet(text, 'set.csv').cases, expected, JSON.stringify(text))
    t.equal(readSet(text, 'set.csv').cases.length, 2)
  }
  t.match(readSet('question,"answer; in short"\nHours?,9 am\n', 'set.csv').cases, [{ question: 'Hours?' }], 'a delimiter in a name')
  t.throws(() => readSet(';;\n;;\n', 'set.csv'), { name: 'SetError' })
  const flags = readSet('[{"q": "a", "required": 1}, {"q": "b", "is_impossible": 1}]', 'x.json').cases
  t.match(flags, [{ required: true }, { answerable: false }])
})

t.test('reads JSON lines and lists, with the names that other tools have', async t => {
  const lines = '{"input": "Hours?", "target": "9 am", "score": 1}\n\n{"user_input": "Where?", "reference": "Oslo", "id": 7}\n'
  t.match(readSet(lines, 'feedback.jsonl').cases, [
    { id: 'q1', question: 'Hours?', answers: ['9 am'] }, { id: '7', question: 'Where?', answers: ['Oslo'] },
  ])
  t.match(readSet('[{"question": "Hours?"}, {"question": "Kayaks?", "answers": []}]', 'list.json').cases, [
    { answerable: true }, { answerable: false },
  ])
})

t.test('reads exported feedback: what was corrected, and what was liked', async t => {
  const lines = [
    { input: 'Hours?', target: '9 am', score: 1 }, { input: 'Where?', target: 'Mars', score: 0 },
    { answer_id: 'a1', question: 'Price?', answer: '3 €', correction: 'It is 5 €.', score: -1, sources: [{ id: 'products/a' }] },
    { answer_id: 'a2', question: 'Weight?', answer: '2 kg', correction: '', score: 1, sources: [{ id: 'products/a' }] },
    { answer_id: 'a3', question: 'Colour?', answer: 'red', correction: '', score: -1, sources: [{ id: 'products/a' }] },
  ].map(line => JSON.stringify(line)).join('\n')
  t.match(readSet(lines, 'feedback.jsonl').cases, [
    { question: 'Hours?', answers: ['9 am'], sources: [] }, { id: 'a1', question: 'Price?', answers: ['It is 5 €.'], sources: [] },
    { id: 'a2', question: 'Weight?', answers: [], sources: ['products/a'], answerable: true },
  ])
})

t.test('gives every case an id of its own', async t => {
  const { cases } = readSet('[{"q": "a", "id": "1"}, {"q": "b", "id": "1"}, {"q": "c"}]', 'x.json')
  t.same(cases.map(({ id }) => id), ['1', '1#2', 'q3'])
})

t.test('says where a set is wrong', async t => {
  const cases: [text: string, name: string, says: RegExp][] = [
    ['', 'x.json', /is not JSON/], ['[]', 'x.json', /no questions/], ['{"a": 1}', 'x.json', /none of the lists/],
    ['{"q": "a"}\n{"q": ', 'x.jsonl', /^Line 2 is not JSON/], ['[{"q": "a"}, {"answer": "b"}]', 'x.json', /^Question 2 has no question/],
    ['{"questions": "no"}', 'x.json', /questions is no list/], ['[{"q": {"a": 1}}]', 'x.json', /the question is no text/],
    ['answer\n9 am', 'x.csv', /^Row 2 has no question/], ['{"data": [{"paragraphs": [{}]}]}', 'x.json', /paragraph 1 has no "qas"/],
    ['question,answer\n"a', 'x.csv', /table cannot be read/], ['[null]', 'x.json', /is no object/],
  ]
  for (const [text, name, says] of cases) t.throws(() => readSet(text, name), { name: 'SetError', message: says }, text)
})

t.test('throws nothing but SetError, whatever it is given', async () => {
  const value = fc.oneof(fc.string(), fc.json())
  fc.assert(fc.property(value, fc.constantFrom('a.json', 'a.csv', 'a.jsonl'), (text, name) => {
    try {
      readSet(text, name)
    } catch (error) {
      if (!(error instanceof SetError)) throw error
    }
  }))
})
