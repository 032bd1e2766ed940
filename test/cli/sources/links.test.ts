// Finds the links of a page that may be followed.
import t from 'tap'
import { linksOf } from '../../../cli/sources/links.ts'
import { growsWithLength, repeated } from '../../fixtures/growth.ts'

const links = (html: string, type = 'text/html; charset=utf-8') =>
  linksOf(Buffer.from(html), { type, url: 'https://shop.test/guides/wool' })

t.test('returns canonical addresses, each once, in order', async t => {
  t.same(
    links('<a href="/a?utm_source=x#top">A</a><A HREF=" tents ">T</A><a href="../a">again</a><a name=x>no</a><a href="">itself</a>'),
    ['https://shop.test/a', 'https://shop.test/guides/tents']
  )
  t.same(links('<base href="https://other.test/x/"><a href="y">Y</a>'), ['https://other.test/x/y'])
})

t.test('skips links that must not be followed', async t => {
  t.same(
    links(
      '<a href="mailto:x@y.test">m</a><a href="javascript:x()">j</a><a href="https://user:secret@shop.test/">u</a><a ' +
      'href="/photo.JPG">p</a><a href="/x" rel="noopener nofollow">n</a><link href="/style">'
    ),
    []
  )
  t.same(links('<meta name="Robots" content="noindex, NOFOLLOW"><a href="/a">A</a>'), [])
  t.same(links('<a href="/a">A</a>', 'application/pdf'), [])
})

t.test('limits the number of links', async t => {
  t.equal(links(Array.from({ length: 2000 }, (_, i) => `<a href="/${i}">x</a>`).join('')).length, 500)
})

t.test('reads a deeply nested page down to a limit, in time', async t => {
  t.same(links(`<a href="/a">A</a>${'<div>'.repeat(1_000_000)}<a href="/b">B</a>`), ['https://shop.test/a'])
  t.same(
    links(`${'<p>'.repeat(2000)}<br>${'<div>x</div>'.repeat(2000)}<a href="/b">B</a>`), ['https://shop.test/b'],
    'not one with many elements'
  )
  growsWithLength(t, links, length => `<a href="/a">A</a>${repeated('<div>')(length)}<a href="/b">B</a>`, 500_000)
})
