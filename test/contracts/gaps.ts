// The contract of all stores of gaps.
import type { Test } from 'tap'
import type { ComparedQuestion, GapStore } from '../../src/gaps/store.ts'

export function missedQuestion (answerId: string, changes: Partial<ComparedQuestion> = {}): ComparedQuestion {
  return {
    answerId, asker: `asker-${answerId}`, cause: 'no_answer', question: `About ${answerId} « été » 🎉?`, language: 'en', at: 0,
    vector: Int8Array.of(127, -127, 0, 3), model: 'm', ...changes,
  }
}

export interface GapParts {
  gaps: GapStore
  now (): number
  /** Lets so many milliseconds pass. */
  pass (ms: number): void
}

/** Runs the cases; `make` gives each an empty store that keeps questions for `ttlMs`, ten of a company and three of one asker. */
export function gapContract (t: Test, make: (t: Test, ttlMs: number) => Promise<GapParts>): void {
  const day = 86_400_000
  const all = { offset: 0, limit: 100 }

  /** Adds questions, each with its gap. */
  async function fill (
    { gaps, now }: GapParts, company: string, questions: [gap: string, changes: Partial<ComparedQuestion> & { answerId: string }][]
  ): Promise<void> {
    await gaps.add(company, questions.map(([, changes]) => missedQuestion(changes.answerId, { at: now(), ...changes })))
    const { questions: found } = await gaps.exemplars(company)
    const fresh = found.filter(({ gap }) => gap === '').sort((a, b) => a.n - b.n)
    await gaps.sort(company, { moved: fresh.map(({ n }, i): [number, string] => [n, questions[i]![0]]), merged: [] })
  }

  t.test('stores a question once for an answer and asker, and returns its vector', async t => {
    const { gaps, now } = await make(t, day)
    t.same(await gaps.exemplars('shop'), { questions: [], fixed: [] })
    t.same(await gaps.list('shop', {}, all), [])
    const question = missedQuestion('a1', { at: now() })
    t.equal(await gaps.add('shop', [question, question, missedQuestion('a2', { at: now(), asker: question.asker })]), 2)
    const { questions, fixed } = await gaps.exemplars('shop')
    const unsorted = ['', 'm', [127, -127, 0, 3]]
    t.same(questions.map(({ gap, model, vector }) => [gap, model, [...vector]]), [unsorted, unsorted])
    t.same(fixed, [])
    t.same(await gaps.list('shop', {}, all), [], 'what is not sorted is not listed')
    t.same((await gaps.exemplars('other')).questions, [], 'each company has its own')
  })

  t.test('counts people, questions, causes and days, and lists what most people asked first', async t => {
    const parts = await make(t, 30 * day)
    const { gaps, now, pass } = parts
    await fill(parts, 'shop', [['many', { answerId: 'a1', question: 'Gift wrap?', cause: 'disliked' }]])
    pass(2 * day)
    await fill(parts, 'shop', [
      ['one', { answerId: 'b1', asker: 'x', question: 'Parking?' }], ['one', { answerId: 'b2', asker: 'x', question: 'Car park?' }],
      ['one', { answerId: 'b3', asker: 'x', question: 'Where to park?' }], ['many', { answerId: 'a2', question: 'Gift wrapping?' }],
    ])
    await gaps.add('shop', [missedQuestion('a3', { question: 'Gift wrap?', at: now() })])
    const fresh = (await gaps.exemplars('shop')).questions.find(({ gap }) => gap === '')!
    await gaps.sort('shop', { moved: [[fresh.n, 'many']], merged: [] })
    const [first, second, ...others] = await gaps.list('shop', {}, all)
    t.same(others, [])
    t.match(first, {
      id: 'many', status: 'open', assignee: '', publication: null, people: 3, questions: 3,
      causes: { no_answer: 2, disliked: 1, asked_again: 0 },
    })
    t.same(first!.days, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2])
    t.equal(first!.lastAt - first!.firstAt, 2 * day)
    t.match(first!.examples.map(({ question, times }) => [question, times]), [['Gift wrap?', 2], ['Gift wrapping?', 1]])
    t.match(second, { id: 'one', people: 1, questions: 3 })
    t.same((await gaps.list('shop', {}, { offset: 1, limit: 5 })).map(({ id }) => id), ['one'])
    t.equal((await gaps.get('shop', 'one', 2))!.examples.length, 2)
    t.same(await gaps.answers('shop', 'many', 2), ['a3', 'a2'])
    t.equal(await gaps.get('other', 'one', 2), null)
  })

  t.test('changes, filters and merges; an id of a merged gap leads to the other', async t => {
    const parts = await make(t, day)
    const { gaps, now } = parts
    await fill(parts, 'shop', [['one', { answerId: 'a' }], ['two', { answerId: 'b' }], ['three', { answerId: 'c' }]])
    t.equal(await gaps.change('shop', 'none', { status: 'dismissed' }), false)
    t.equal(await gaps.change('shop', 'one', { status: 'dismissed', assignee: 'o\'"%' }), true)
    t.match(await gaps.get('shop', 'one', 1), { status: 'dismissed', dismissReason: '' })
    const reason = 'Not « sold » 🎉 '.repeat(33)
    await gaps.change('shop', 'one', { status: 'dismissed', dismissReason: reason })
    await gaps.change('shop', 'one', { assignee: 'o\'"%' })
    await gaps.change('shop', 'one', { status: 'dismissed' })
    t.match(await gaps.get('shop', 'one', 1), { status: 'dismissed', dismissReason: reason }, 'a reason stays until another is given')
    const ids = async (filter: object) => (await gaps.list('shop', filter, all)).map(({ id }) => id).sort()
    t.same(await ids({ status: 'open' }), ['three', 'two'])
    t.same(await ids({ assignee: 'o\'"%' }), ['one'])
    t.same(await ids({ assignee: '' }), ['three', 'two'])
    t.same((await gaps.exemplars('shop')).fixed, ['one'])
    const publication = { index: 'faq', documents: ['x'], question: 'Q?', answer: 'A', at: now(), asked: 1, answered: 1 }
    await gaps.change('shop', 'one', { status: 'published', publication })
    t.match(await gaps.get('shop', 'one', 1), { status: 'published', assignee: 'o\'"%', publication, dismissReason: '' })
    t.equal(await gaps.merge('shop', 'two', 'three'), true)
    t.equal(await gaps.merge('shop', 'three', 'one'), true)
    t.equal(await gaps.merge('shop', 'two', 'one'), false, 'it is a part of another one already')
    for (const id of ['one', 'two', 'three']) t.match(await gaps.get('shop', id, 5), { id: 'one', questions: 3 })
    t.same(await ids({}), ['one'])
  })

  t.test('moves equal words together; a published gap opens again when it is asked later', async t => {
    const parts = await make(t, 10 * day)
    const { gaps, now, pass } = parts
    await fill(parts, 'shop', [['one', { answerId: 'a', question: 'Same?' }]])
    const publication = { index: 'faq', documents: ['x'], question: 'Q?', answer: 'A', at: now(), asked: 1, answered: 1 }
    await gaps.change('shop', 'one', { status: 'published', publication })
    await gaps.add('shop', ['b', 'c'].map(id => missedQuestion(id, { question: 'Same?', at: now() - 1 })))
    const [fresh] = (await gaps.exemplars('shop')).questions
    t.equal(fresh!.gap, '')
    await gaps.sort('shop', { moved: [[fresh!.n, 'one']], merged: [] })
    t.match(await gaps.get('shop', 'one', 1), { status: 'published', questions: 3 }, 'those were asked before it')
    pass(1000)
    await fill(parts, 'shop', [['one', { answerId: 'd' }]])
    t.match(await gaps.get('shop', 'one', 1), { status: 'open', questions: 4 })
  })

  t.test('forgets a user, a thumb down that was taken back, and what is old', async t => {
    const parts = await make(t, day)
    const { gaps, pass } = parts
    await fill(parts, 'shop', [
      ['one', { answerId: 'a', asker: 'x' }], ['one', { answerId: 'b', asker: 'y', cause: 'disliked' }],
      ['two', { answerId: 'c', asker: 'x' }],
    ])
    await gaps.withdraw('shop', 'a', 'x')
    await gaps.withdraw('shop', 'b', 'x')
    t.match(await gaps.get('shop', 'one', 5), { questions: 2 })
    await gaps.withdraw('shop', 'b', 'y')
    t.match(await gaps.get('shop', 'one', 5), { questions: 1 })
    t.equal(await gaps.forgetUser('shop', 'x'), 2)
    t.equal(await gaps.forgetUser('shop', 'x'), 0)
    t.same(await gaps.list('shop', {}, all), [])
    t.equal(await gaps.get('shop', 'two', 5), null, 'a gap without questions is gone')
    await fill(parts, 'shop', [['three', { answerId: 'd' }]])
    pass(day - 1000)
    t.equal((await gaps.list('shop', {}, all)).length, 1)
    pass(2000)
    t.same(await gaps.list('shop', {}, all), [])
  })

  t.test('keeps the newest when there are too many, and few of one asker', async t => {
    const parts = await make(t, day)
    const { gaps } = parts
    await fill(parts, 'shop', Array.from({ length: 8 }, (_, i): [string, { answerId: string }] => ['one', { answerId: `a${i}` }]))
    await fill(parts, 'shop', ['f1', 'f2', 'f3'].map((answerId): [string, { answerId: string, asker: string }] =>
      ['flood', { answerId, asker: 'flood' }]))
    await gaps.add('shop', Array.from({ length: 6 }, (_, i) => missedQuestion(`g${i}`, { asker: 'flood', at: parts.now() })))
    const { questions } = await gaps.exemplars('shop')
    t.equal(questions.filter(({ gap }) => gap === '').length, 3, 'the newest three of one asker')
    t.match(await gaps.get('shop', 'one', 20), { questions: 7 }, 'of ten')
  })
}
