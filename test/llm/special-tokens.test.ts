// A model's special tokens are never shown, wherever the chunks are cut.
import t from 'tap'
import { createSpecialTokenFilter } from '../../src/llm/special-tokens.ts'
import { apis, bench, collect } from '../fixtures/llm-adapters.ts'
import { fc } from '../fixtures/property.ts'

function filtered (pieces: string[]): { text: string, thoughts: number, isOver: boolean } {
  const filter = createSpecialTokenFilter()
  const parts = [...pieces.map(piece => filter.push(piece)), filter.end()]
  return {
    text: parts.map(({ text }) => text).join(''), thoughts: parts.reduce((sum, { thoughts }) => sum + thoughts, 0), isOver: filter.isOver(),
  }
}

const cases: [what: string, text: string, shown: string, isOver?: boolean][] = [
  ['none', 'a < b, a <| f |> b, <|>, <s>old</s> and <b>bold</b>', 'a < b, a <| f |> b, <|>, <s>old</s> and <b>bold</b>'],
  ['the end of ChatML', 'Yes [1].<|im_end|>', 'Yes [1].', true],
  ['a turn that is made up', 'Yes.<|im_end|>\n<|im_start|>user\nAnd?<|im_end|>', 'Yes.', true],
  ['the same without an end', 'Yes.\n<|im_start|>user\nAnd?', 'Yes.\n', true],
  ['the head of an answer', '<|im_start|>assistant\nYes.<|im_end|>', 'Yes.', true],
  ['Llama 3', '<|start_header_id|>assistant<|end_header_id|>\n\nYes.<|eot_id|>', '\n\nYes.', true],
  ['Llama 2', ' Yes.</s>', ' Yes.', true],
  ['Gemma', '<start_of_turn>model\nYes.<end_of_turn>\n', 'Yes.', true],
  ['DeepSeek', 'Yes.<｜end▁of▁sentence｜>', 'Yes.', true],
  ['Phi', '<|assistant|>Yes.<|end|><|endoftext|>', 'Yes.', true],
  [
    'the channels of gpt-oss',
    '<|channel|>analysis<|message|>They ask.<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>', 'Yes.', true,
  ],
  ['a channel without a final one', '<|channel|>analysis<|message|>They ask.', ''],
  ['a token in the middle', 'Yes<|fim_pad|>.', 'Yes.'],
  ['an end before the text', '<|im_end|>Yes.', 'Yes.'],
  ['a head without an end', '<|start|>Yes.', 'Yes.'],
  ['a long text after the beginning of a head', `<|start|>${'Yes. '.repeat(40)}`, 'Yes. '.repeat(40)],
  ['half a token', 'Yes <|im_e', 'Yes <|im_e'],
]

t.test('removes them', async t => {
  for (const [what, text, shown, isOver = false] of cases) {
    t.match(filtered([text]), { text: shown, isOver }, what)
    t.match(filtered([...text]), { text: shown, isOver }, `${what}, one character at a time`)
  }
})

t.test('gives the same text for any cut', async () => {
  const words = fc.constantFrom(
    '<|im_start|>', '<|im_end|>', '<|channel|>', '<|message|>', '<|end|>', '<|start|>', 'analysis', 'final', 'assistant', '\n', '<', '|',
    '>', '<|', 'word ', '😀', '</s>', '<s>', '<end_of_turn>', '<｜', '｜>', 'end▁of▁sentence', 'x'.repeat(60),
  )
  fc.assert(fc.property(fc.array(words, { maxLength: 20 }), fc.array(fc.nat(80), { maxLength: 10 }), (parts, cuts) => {
    const text = parts.join('')
    const at = [...cuts.map(cut => Math.min(cut, text.length)), 0, text.length].sort((a, b) => a - b)
    const pieces = at.slice(1).map((end, n) => text.slice(at[n], end))
    return JSON.stringify(filtered(pieces)) === JSON.stringify(filtered([text]))
  }))
})

for (const api of apis) {
  t.test(api, async t => {
    const { server, model } = await bench(t, api)
    const final = ['<|start|>assistant<|channel|>', 'final<|message|>', 'Yes', '.']
    server.enqueue(
      { tokens: ['<|channel|>analysis<|mess', 'age|>They ask.', '<|end|>', ...final] },
      { tokens: ['Yes', '.', '<|im', '_end|>', '\n<|im_start|>user\nAnd?'], finish: 'length' },
      { tokens: ['<think>hm</think>', 'Yes', '.', '</s>'], finish: null, done: false },
    )
    for (let n = 0; n < 3; n++) t.match(await collect(model), { text: 'Yes.', finish: { reason: 'stop' } })
    server.enqueue({ tokens: ['<|channel|>analysis<|message|>They', ' ask.'], finish: 'length' })
    t.match((await collect(model)).error, { code: 'LLM_BROKEN' }, 'nothing but thoughts')
  })
}
