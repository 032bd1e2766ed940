// A model's reasoning is never shown, wherever the chunks are cut.
import t from 'tap'
import { createReasoningFilter, startsInsideReasoning } from '../../src/llm/reasoning-filter.ts'
import { apis, bench, collect } from '../fixtures/llm-adapters.ts'
import { fc } from '../fixtures/property.ts'

function filtered (pieces: string[], held = false, cutShort = false): string {
  const filter = createReasoningFilter(held)
  return pieces.map((piece) => filter.push(piece)).join('') + filter.end(cutShort)
}

const cases: [what: string, text: string, shown: string][] = [
  ['no block', 'a < b, <thin> and </thinker>', 'a < b, <thin> and </thinker>'],
  ['a leading block', '<think>\nhm <b>\n</think>\n\nYes.', '\n\nYes.'],
  ['an empty block', '<think>\n\n</think>\n\nYes.', '\n\nYes.'],
  ['a block after white space', ' \n<think>hm</think>Yes.', ' \nYes.'],
  ['a block inside', 'Yes<think>hm</think>, no.', 'Yes, no.'],
  ['two blocks', '<think>a</think>Yes<thinking>b</thinking>.', 'Yes.'],
  ['another case', '<THINK>hm</Think>Yes.', 'Yes.'],
  ['a block without end', 'Yes.<think>hm', 'Yes.'],
  ['a closing tag alone', '</think>\n\nYes.', '\n\nYes.'],
  ['a second closing tag', '<think>a</think>Yes</think>.', 'Yes.'],
  ['half a tag at the end', 'Yes <thin', 'Yes <thin'],
  ['a tag in a tag', '<th<think>hm</think>ink>', '<think>'],
  ['other spellings', '<thought>hm</thought>\n<Reasoning>hm</reasoning><reason>hm</reason>Yes [1].', '\nYes [1].'],
  ['other brackets', '[THINK]hm[/THINK]◁think▷hm◁/think▷Yes [1].', 'Yes [1].'],
  ['tags of further models', '<seed:think>hm</seed:think><analysis>a</analysis>\n<scratchpad>b</scratchpad>Yes [1].', '\nYes [1].'],
  ['tags that look like tokens', '<|begin_of_thought|>hm<|end_of_thought|><|START_THINKING|>hm<|END_THINKING|>Yes.', 'Yes.'],
  ['a channel of Gemma', '<|channel>thought\nhm<channel|>Yes.', 'Yes.'],
  ['a frame around the answer', '<think>hm</think>\n<answer>Yes [1].</answer>\n', '\nYes [1].\n'],
  ['frames of further models', '<response>Yes</response><|START_RESPONSE|> no<|END_RESPONSE|>', 'Yes<|START_RESPONSE|> no<|END_RESPONSE|>'],
  ['a frame that looks like a token', '<|begin_of_solution|>Yes.<|end_of_solution|>', 'Yes.'],
  ['a frame without its end, and another one\'s', '<answer>Write </output> here.', 'Write </output> here.'],
  ['an answer about frames', 'Write <answer>x</answer>.', 'Write <answer>x</answer>.'],
  ['an answer about calls', 'Write <tool_call> or\n```\n<tool_call>\n```', 'Write <tool_call> or\n```\n<tool_call>\n```'],
  ['a call in a block', '<think>[TOOL_CALLS]<|python_tag|></think>Yes.', 'Yes.'],
  ['another tag in a block', '[THINK]<reason>hm</think>[1][/THINK]Yes.', 'Yes.'],
  ['the same words inside an answer', 'Use <reason>late</reason> and [think].', 'Use <reason>late</reason> and [think].'],
  ['a closing tag alone that may be text', '</reason>Yes.', '</reason>Yes.'],
  ['half of another tag', '[thin', '[thin'],
  ['an answer about such tags', 'Write `[/think]` or [/THINK] or\n`◁/think▷`.', 'Write `[/think]` or [/THINK] or\n`◁/think▷`.'],
  ['the same in a block of code', 'So:\n```\n[/think]\n```\nDone.', 'So:\n```\n[/think]\n```\nDone.'],
]

t.test('removes blocks', async (t) => {
  for (const [what, text, shown] of cases) {
    t.equal(filtered([text]), shown, what)
    t.equal(filtered([...text]), shown, `${what}, one character at a time`)
  }
})

t.test('fails on the call of a tool, whose text nobody may see', async t => {
  for (const call of ['<tool_call>{}</tool_call>', '[TOOL_CALLS][{}]', '<|python_tag|>x()', '<｜tool▁calls▁begin｜>', '<function_call>{}']) {
    for (const before of ['', ' \n', '<think>hm</think>', 'I shall look.\n']) {
      const filter = createReasoningFilter(false)
      let shown = ''
      t.throws(() => { for (const letter of before + call) shown += filter.push(letter) }, { code: 'LLM_BROKEN' }, before + call)
      t.equal(shown, before.replace(/<.*>/, ''))
    }
  }
})

t.test('gives the same text for any cut', async () => {
  const words = fc.constantFrom(
    '<think>', '</think>', '<thinking>', '<', '>', '/', 'think', '<thi', ' ', 'word', '😀',
    '<answer>', '</answer>', '<|channel>', '<channel|>', '<|begin_of_thought|>', '<|', '|>', '<tool_call>',
    '[THINK]', '[/think]', '[', '<reason>', '</reason>', '◁', '\n', '`', '<|channel|>', '```',
  )
  fc.assert(fc.property(fc.array(words, { maxLength: 20 }), fc.array(fc.nat(40), { maxLength: 10 }), fc.boolean(), (parts, cuts, held) => {
    const text = parts.join('')
    const at = [...cuts.map((cut) => Math.min(cut, text.length)), 0, text.length].sort((a, b) => a - b)
    const pieces = at.slice(1).map((end, n) => text.slice(at[n], end))
    const run = (of: string[]): string => {
      try {
        return filtered(of, held)
      } catch {
        return 'leak'
      }
    }
    return run(pieces) === run([text])
  }))
})

t.test('held: holds text back until the closing tag', async (t) => {
  t.equal(filtered(['hm', ' hm', '</thi', 'nk>', '\nYes.'], true), '\nYes.')
  t.equal(filtered(['<think>', 'hm', '</think>', 'Yes.'], true), 'Yes.')
  t.equal(filtered(['a <think> in my thoughts', '</think>Yes.'], true), 'Yes.')
  t.equal(filtered([' [THINK]hm', '[/THINK]Yes.'], true), 'Yes.', 'another tag')
  t.equal(filtered(['Yes.', ' No.'], true), 'Yes. No.', 'there was none: it was the answer')
  t.equal(filtered(['hm', ' hm'], true, true), '', 'cut short: it was reasoning')
})

t.test('held: releases the text when reasoning comes in a field of its own', async (t) => {
  const filter = createReasoningFilter(true)
  t.equal(filter.push('Ye'), '')
  t.equal(filter.skipReasoning(10), 'Ye')
  t.equal(filter.push('s.'), 's.')
})

t.test('fails on endless reasoning', async (t) => {
  const filter = createReasoningFilter(false)
  filter.push('<think>')
  t.throws(() => { for (let n = 0; n < 300; n++) filter.push('x'.repeat(1_000)) }, { code: 'LLM_BROKEN' })
})

t.test('recognises models that open inside a block by name', async (t) => {
  for (const name of [
    'deepseek-r1:7b', 'DeepSeek-R1', 'qwq', 'qwen/qwq-32b', 'qwen3-30b-a3b-thinking-2507', 'deepseek-reasoner', 'phi-4-reasoning',
  ]) { t.ok(startsInsideReasoning(name), name) }
  for (const name of ['gpt-4o-mini', 'llama3.2', 'mistral-small', 'rethinking', 'grok-4-fast-non-reasoning', 'command-r', 'starcoder1']) {
    t.notOk(startsInsideReasoning(name), name)
  }
})

for (const api of apis) {
  t.test(api, async (t) => {
    t.test('hides a block, a field, and trims what follows', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue(
        { tokens: ['<th', 'ink>hm', ' hm</', 'think>', '\n\n', 'Yes', '.'] }, { thinking: ['hm', ' hm'], tokens: ['Yes', '.'] }
      )
      for (let n = 0; n < 2; n++) t.equal((await collect(model)).text, 'Yes.')
    })

    t.test('takes a block that is never closed for an empty answer', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ tokens: ['<think>', 'hm', ' hm'], finish: 'length' })
      t.has(await collect(model), { text: '', error: { code: 'LLM_BROKEN' } })
    })

    t.test('holds back a model that is known to open inside a block', async (t) => {
      const { server, model } = await bench(t, api, { model: 'deepseek-r1' })
      server.enqueue({ tokens: ['The user', ' asks', '</think>', '\n\nYes', '.'] }, { tokens: ['Yes', '.'] })
      t.equal((await collect(model)).text, 'Yes.')
      t.equal((await collect(model)).text, 'Yes.')
    })

    t.test('ends with an error when an unknown model reveals itself, and holds back its next answer', async (t) => {
      const { server, model } = await bench(t, api)
      const untagged = { tokens: ['The user', ' asks', '</think>', 'Yes', '.'] }
      server.enqueue(untagged, untagged, untagged, { tokens: ['Plain', '.'] }, { tokens: ['Plain', '.'] })
      t.match((await collect(model)).error, { code: 'LLM_BROKEN' })
      t.equal((await collect(model)).text, 'Yes.')
      t.equal((await collect(model)).text, 'Yes.')
      t.equal((await collect(model)).text, 'Plain.', 'held for nothing')
      t.equal((await collect(model)).text, 'Plain.', 'and so not held again')
    })

    t.test('the same with other brackets, also when the tag comes in pieces', async (t) => {
      const { server, model } = await bench(t, api)
      for (const tag of [['\n[/THINK]'], ['\n', '[/TH', 'INK]'], ['\n◁/think▷']]) {
        server.enqueue({ tokens: ['The user', ' asks', ...tag, 'Yes', '.'] }, { tokens: ['The user', ' asks', ...tag, 'Yes [1]', '.'] })
        t.match((await collect(model)).error, { code: 'LLM_BROKEN' })
        t.equal((await collect(model)).text, 'Yes [1].')
        server.enqueue({ tokens: ['Plain.'] })
        t.equal((await collect(model)).text, 'Plain.', 'held for nothing')
      }
    })
  })
}
