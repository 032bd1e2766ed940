// Finds the words of a question in a text, to show them there.
import type { Language, QueryTerm } from '../types.ts'
import { codeParts, isCode } from './codes.ts'
import { isStopWord, stem, tokens } from './words.ts'

/** The most spans: a page that repeats a word a thousand times needs no more. */
const maxSpans = 200

/** Returns where words of the text have the stem of one of the terms, as [start, end), in order. */
export function matchedSpans (text: string, terms: readonly QueryTerm[], language: Language): [start: number, end: number][] {
  const stems = new Set(terms.flatMap(({ stem, corrections, compounds = [], parts = [], synonyms = [] }) =>
    [stem, ...corrections, ...compounds, ...parts, ...synonyms]))
  if (stems.size === 0) return []
  const spans: [number, number][] = []
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    if (spans.length === maxSpans) break
    const isFound = tokens(word).some(token => says(token, language) && stems.has(stem(token, language)))
    if (isFound) spans.push([index, index + word.length])
  }
  return withCodes(text, terms, spans)
}

/** Tells whether a word shows what a text is about: stop words and single letters are everywhere. */
function says (token: string, language: Language): boolean {
  return !/^\p{L}$/u.test(token) && !isStopWord(token, language)
}

/** Adds the codes, which are several words in the text: "CN-137/1". */
function withCodes (text: string, terms: readonly QueryTerm[], spans: [number, number][]): [number, number][] {
  const codes = terms.filter(({ stem }) => isCode(stem)).map(({ stem }) => codeParts(stem).join('[^\\p{L}\\p{N}]?'))
  if (codes.length === 0) return spans
  const found = [...text.matchAll(new RegExp(codes.join('|'), 'giu'))]
    .map(({ 0: code, index }): [number, number] => [index, index + code.length])
  const outside = spans.filter(([start, end]) => !found.some(([from, to]) => start < to && end > from))
  return [...outside, ...found].sort((a, b) => a[0] - b[0]).slice(0, maxSpans)
}
