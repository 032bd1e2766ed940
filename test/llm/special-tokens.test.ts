// A model's special tokens are never shown, wherever the chunks are cut.
import t from 'tap'
import { createSpecialTokenFilter } from '../../src/llm/special-tokens.ts'
import { apis, bench, collect } from '../fixtures/llm-adapters.ts'
import { fc } from '../fixtures/property.ts'

function filtered (pieces: string[], isJson = false): { text: string, thoughts: number, isOver: boolean } {
  const filter = createSpecialTokenFilter(isJson)
  const parts = [...pieces.map(piece => filter.push(piece)), filter.end()]
  return {
    text: parts.map(({ text }) => text).join(''), thoughts: parts.reduce((sum, { thoughts }) => sum + thoughts, 0), isOver: filter.isOver(),
  }
}

/** What is shown of a text, and whether it was over: compared as a whole. */
const shownOf = (pieces: string[], isJson = false) => {
  const { text, isOver } = filtered(pieces, isJson)
  return { text, isOver }
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
  ['Llama 4', '<|header_start|>assistant<|header_end|>\n\nYes.<|eot|><|header_start|>user<|header_end|>', '\n\nYes.', true],
  ['DeepSeek in capitals', '<｜Assistant｜>Yes.<｜User｜>And?', 'Yes.', true],
  ['Cohere', 'Yes.<|END_OF_TURN_TOKEN|>', 'Yes.', true],
  ['EXAONE', '[|assistant|]Yes [1].[|endofturn|]', 'Yes [1].', true],
  ['Kimi', '<|im_assistant|>assistant<|im_middle|>Yes.<|im_end|><|im_user|>user<|im_middle|>And?', 'Yes.', true],
  ['GLM', 'Yes.\n<|observation|>\n{}', 'Yes.\n', true],
  ['Granite', '<|start_of_role|>assistant<|end_of_role|>Yes.<|end_of_text|>', 'Yes.', true],
  ['Phi-4', '<|im_start|>assistant<|im_sep|>Yes.<|im_end|>', 'Yes.', true],
  ['an end in angles', 'Yes.<eos>', 'Yes.', true],
  ['several ends, with blanks', 'Yes.</s> </s>\n', 'Yes.', true],
  ['a turn without a token', 'Yes.<|eot_id|>assistant\n\nYes.', 'Yes.', true],
  ['the same of Llama 2', 'Yes.</s><s>[INST] And?', 'Yes.', true],
  ['a line behind the beginning that is no role', '<|im_start|>Yes, we do.\nIn two days.', 'Yes, we do.\nIn two days.'],
  ['an end behind a blank and no full stop', 'Preis: 12 € <|im_end|>', 'Preis: 12 € ', true],
  ['several of them', 'Preis: 12 € <|im_end|><|endoftext|>\n', 'Preis: 12 € ', true],
  ['the same with a made-up turn', 'Preis: 12 € <|eot_id|><|start_header_id|>user<|end_header_id|>\n\nUnd?', 'Preis: 12 € ', true],
  ['the same of ChatML', 'ab 9 h <|im_end|>\n<|im_start|>user\nUnd?', 'ab 9 h ', true],
  ['the same of Llama 2', 'ab 9 h </s><s>[INST] Und? [/INST]', 'ab 9 h ', true],
  ['the same of Zephyr', 'ab 9 h </s>\n<|user|>\nUnd?', 'ab 9 h ', true],
  ['an end glued to a word', 'ab 9 h</s>', 'ab 9 h', true],
  ['one alone on its line', 'ab 9 h\n<|im_end|>\n', 'ab 9 h\n', true],
  ['a turn behind an end that is glued to a word', 'ab 9 h</s>\nuser\nund?', 'ab 9 h', true],
  ['the same with a colon', 'ab 9 h\n</s>\n\nuser: und?', 'ab 9 h\n', true],
  ['a role as the last word', 'Yes<|eot_id|>assistant', 'Yes', true],
  ['the same in a sentence', 'ab 9 h <|eot_id|>assistant\n', 'ab 9 h ', true],
  ['a new sentence behind an end', 'ab 9 h</s>\nUnd wann?', 'ab 9 h', true],
  ['small letters behind a sentence', 'Yes.<|im_end|>\nand?', 'Yes.', true],
  ['a grave accent for an apostrophe', 'L`ail est frais.<|im_end|>', 'L`ail est frais.', true],
  ['one that opens no code', 'The ` key.<|im_end|>\n<|im_start|>user\nAnd?', 'The ` key.', true],
  ['an end behind a block of code', '```\nrun\n```<|im_end|>', '```\nrun\n```', true],
  [
    'other tokens in a thought',
    '<|channel|>analysis<|message|>Is it <|im_end|> or <|user|>?<|end|><|start|>assistant<|channel|>final<|message|>Yes.', 'Yes.',
  ],
]

/** Answers about tokens and markup, which are shown as they are. */
const about = [
  'Ende: `</s>`. Dann speichern.',
  'Use `<|im_end|>` as stop word. Then go on.',
  'Use `<|im_end|>`\nand go on.',
  '```\nYes.<|im_end|>\n<|im_start|>user\n```\nThat is a turn.',
  '~~~\n</s>\n~~~\nThen.',
  '<s class="old">20 €</s> 15 €. Versand frei.',
  'Now <s\nclass=a>20 €</s>\n15 €.',
  'a <|map|> b <|> c <|f|>d',
  'Am Ende steht </s> und dann nichts.',
  'Das Zeichen heißt </s>\nund schließt die Runde.',
  '- Llama 2: </s>\n- ChatML: <|im_end|>\n- Gemma: <end_of_turn>\nAlle schließen eine Runde.',
  '1. </s>\n2. <|im_end|>\nBoth.',
  'These end a turn:\n</s>\nNothing else does.',
  'A turn begins with <|im_start|> and a role, or with <|user|> alone, or with [|user|].',
  'Yes.</s>And more.',
  'Yes <|im_start|>whatever.',
  'Write <|im_end|><|im_start|> between two turns.',
  'It goes <|im_end|>\nand then on.',
  '- end: <|im_end|>\n- begin: <|im_start|>user\nThat is all.',
  'Use ``a ` b <|im_end|>`` as it is.',
  'A list [a|b], an index [1] and [|odd|].',
  'The token<|im_end|>\nends a turn.',
  'Llama schreibt</s>\r\nund hört auf.',
  'A turn ends so\n<|im_end|>\nand another one begins.',
  'Llama 2 met\n\n</s>\n\nà la fin de chaque tour.',
  'Two of them:\n\n<|im_start|>\n<|im_end|>\n\nBoth are special.',
]

t.test('leaves text about them as it is', async t => {
  for (const text of about) {
    t.same(shownOf([text]), { text, isOver: false })
    t.same(shownOf([...text]), { text, isOver: false }, 'one character at a time')
  }
})

t.test('leaves JSON whole', async t => {
  const texts = ['{"html":"<s class=a>1</s>","b":2}', '{"a":"Yes.</s>', '{"a":"1<|fim_pad|>","b":[1]}', '{"a":"<|user|>x`"}']
  for (const text of texts) {
    t.same(shownOf([text], true), { text, isOver: false })
    t.same(shownOf([...text], true), { text, isOver: false })
  }
  t.same(shownOf([`<|im_start|>assistant\n${texts[0]}<|im_end|>`], true), { text: texts[0], isOver: true })
})

t.test('tells when the model goes on after its end', async t => {
  for (const [more, goesOn] of [['', false], ['\n \n', false], ['</s>\n', false], ['\nAnd', true], ['<|im_start|>user\n', true]] as const) {
    const filter = createSpecialTokenFilter()
    for (const char of `Yes.<|im_end|>${more}`) filter.push(char)
    t.equal(filter.goesOn(), goesOn, more)
    t.ok(filter.isOver())
  }
})

t.test('tells that a model may have ended, in an open sentence too', async t => {
  for (const text of ['Yes.</s>', 'ab 9 h</s>', 'ab 9 h </s>', 'Preis: <|im_end|>', 'ab 9 h <|im_end|><|endoftext|>\n', 'ab 9 h\n</s>\n']) {
    for (const pieces of [[text], [...text]]) {
      const filter = createSpecialTokenFilter()
      for (const piece of pieces) filter.push(piece)
      t.ok(filter.isOver(), text)
    }
  }
  for (const text of ['Es heißt </s> und', 'ab 9 h', 'ab 9 h <|im_e', 'The token<|im_end|>\nends', 'Use `</s>']) {
    const filter = createSpecialTokenFilter()
    for (const char of text) filter.push(char)
    t.notOk(filter.isOver(), text)
  }
})

t.test('removes them', async t => {
  for (const [what, text, shown, isOver = false] of cases) {
    t.same(shownOf([text]), { text: shown, isOver }, what)
    t.same(shownOf([...text]), { text: shown, isOver }, `${what}, one character at a time`)
  }
})

t.test('gives the same text for any cut', async () => {
  const words = fc.constantFrom(
    '<|im_start|>', '<|im_end|>', '<|channel|>', '<|message|>', '<|end|>', '<|start|>', 'analysis', 'final', 'assistant', '\n', '<', '|',
    '>', '<|', 'word ', '😀', '</s>', '<s>', '<end_of_turn>', '<｜', '｜>', 'end▁of▁sentence', 'x'.repeat(60),
    '`', '```', ': ', '. ', '- ', 'user', '<|user|>', '<s', '<s>[INST]', '[|endofturn|]', '{', '}', '<|map|>',
    '<|end_header_id|>', '\r\n', '<|eot_id|>',
  )
  const cutAt = fc.array(fc.nat(80), { maxLength: 10 })
  fc.assert(fc.property(fc.array(words, { maxLength: 20 }), cutAt, fc.boolean(), (parts, cuts, isJson) => {
    const text = parts.join('')
    const at = [...cuts.map(cut => Math.min(cut, text.length)), 0, text.length].sort((a, b) => a - b)
    const pieces = at.slice(1).map((end, n) => text.slice(at[n], end))
    return JSON.stringify(filtered(pieces, isJson)) === JSON.stringify(filtered([text], isJson))
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
    for (let n = 0; n < 3; n++) t.has(await collect(model), { text: 'Yes.', finish: { reason: 'stop' } })
    server.enqueue({ tokens: ['<|channel|>analysis<|message|>They', ' ask.'], finish: 'length' })
    t.match((await collect(model)).error, { code: 'LLM_BROKEN' }, 'nothing but thoughts')
    server.enqueue(
      { tokens: ['<think>hm</think>', '<|start_header_id|>assistant<|end_header_id|>\n\n', 'Yes.'] },
      { tokens: ['<think>ends with <|im_end|>', ' hm</think>', 'Yes.'] },
      { tokens: ['<|channel|>', 'analysis<|message|>A <think> or', ' </think>?<|end|>', ...final] },
    )
    for (let n = 0; n < 3; n++) t.has(await collect(model), { text: 'Yes.', finish: { reason: 'stop' } })
    server.enqueue({ tokens: ['Yes.', '<|im_end|>', '\n', '\n'] })
    const { finish } = await collect(model)
    t.ok(finish?.usage, 'the usage comes after blanks')
    server.enqueue({ tokens: ['Yes.', '<|im_end|>', '\n', '<|im_start|>user\n', 'And?'], finish: null, done: false, then: 'hold' })
    t.has(await collect(model), { text: 'Yes.', finish: { reason: 'stop' } }, 'the rest is not waited for')
    t.equal(await server.requests.at(-1)!.closed, true)
  })
}
