// Code keeps declarations, the first line of their comments, and the lines that match.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { compress } from '../../src/compress/compress.ts'

const asCode = { kind: 'code', language: 'en' } as const
const source = (path: string) => readFileSync(new URL(`../../src/${path}`, import.meta.url), 'utf8')

t.test('TypeScript: every exported declaration stays, most bodies go', async t => {
  const text = source('language/sentences.ts')
  const result = compress(text, { mode: 'adaptive', language: 'en' })
  t.equal(result.kind, 'code')
  for (const line of text.split('\n')) if (line.startsWith('export function')) t.match(result.text, line)
  t.ok(result.ratio > 1.5)
})

t.test('the line that matches the question stays, with its neighbours and the function around it', async t => {
  const question = 'Where are adverbs passed over to the left of a number?'
  const { text } = compress(source('language/quantity-tokens.ts'), { ...asCode, mode: 'aggressive', question })
  t.match(text, 'adverbs.has(fold(tokens[left]!.text))')
  t.match(text, 'export function isSituation (tokens: Token[], at: number): boolean {')
})

t.test('a name in the question is found as it is written and by its words', async t => {
  for (const question of ['What is longestDigest?', 'what is the longest digest']) {
    t.match(compress(source('chat/digest.ts'), { ...asCode, mode: 'aggressive', question }).text, 'export const longestDigest = 1000')
  }
})

const python = `import os

LIMIT = 40

class Store(Base):
    """Keeps what was read.

    A long story about how and why.
    """

    def read(self, path, *, strict=True):
        """Reads one file."""
        with open(path) as file:
            data = file.read()
        if strict and not data:
            raise ValueError('empty')
        return data

    async def close(
        self,
        timeout=5,
    ):
        for entry in self.entries:
            entry.close()
        self.entries = []
`

t.test('Python: classes, functions over several lines, first lines of docstrings, constants', async t => {
  const { text, kind } = compress(python, { mode: 'adaptive', language: 'en' })
  t.equal(kind, 'code')
  for (const kept of [
    'LIMIT = 40', 'class Store(Base):', '"""Keeps what was read.', 'def read(self, path, *, strict=True):', '"""Reads one file."""',
    'async def close(\n        self,\n        timeout=5,\n    ):',
  ]) { t.match(text, kept) }
  t.notMatch(text, 'entry.close()')
  t.match(
    compress(python, { ...asCode, mode: 'adaptive', question: 'When does read raise an error for empty data?' }).text,
    "raise ValueError('empty')"
  )
})

const java = `package shop;
import java.util.List;
/**
 * Sells things.
 * More about that.
 */
public final class Shop implements Seller {
  private static final int MOST = 12;
  public List<Item> items(String kind, int most) throws IOException {
    List<Item> found = new ArrayList<>();
    for (Item item : all) {
      if (item.kind().equals(kind)) {
        found.add(item);
      }
    }
    return found;
  }
  int count() {
    return all.size();
  }
}`

t.test('Java and similar languages: classes, methods, the first line of a comment', async t => {
  const { text, kind } = compress(java, { mode: 'adaptive', language: 'en' })
  t.equal(kind, 'code')
  for (const kept of [
    ' * Sells things.', 'public final class Shop implements Seller {',
    'public List<Item> items(String kind, int most) throws IOException {', '  int count() {',
  ]) { t.match(text, kept) }
  for (const gone of ['More about that', 'found.add', 'for (Item']) t.notMatch(text, gone)
})

t.test('conservative: licences and rules go, everything else stays', async t => {
  const code = "// Copyright 2026 Someone\n// SPDX-License-Identifier: MIT\nimport a from 'a'\n// ---------\nrun()\n\n\n\nstop()"
  t.equal(compress(code, { ...asCode, mode: 'conservative' }).text, "…\nimport a from 'a'\n…\nrun()\n\nstop()")
})
